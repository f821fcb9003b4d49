import type { RecordSchema } from "@weir/records";
import * as z from "zod";
import type { FieldMeta, NodeProblem, Partitioning, ShowIf } from "./definition.ts";
import { fieldProblems, repeatProblems } from "./fields.ts";

/*
 * What nodes have in common that treat the records of each key by themselves: the config names the key's fields in `keys`, and none of them
 * means one key for all.
 */

/** Setting for how many keys a task remembers at most; `help` says what becomes of the others. */
export function maxKeysField(help: string, showIf?: ShowIf) {
	return z
		.int()
		.min(1)
		.max(5_000_000)
		.default(1_000_000)
		.meta({ title: "Keys remembered", help, advanced: true, ...(showIf === undefined ? {} : { showIf }) } satisfies FieldMeta);
}

/** Fields that are not there, and fields named twice. */
export function keyProblems(input: RecordSchema | undefined, keys: readonly string[]): NodeProblem[] {
	return [...fieldProblems(input, keys, "keys"), ...repeatProblems(keys, (i) => `keys.${i}`)];
}

/** All records of a key in one task. */
export function keyPartitioning(keys: readonly string[]): Partitioning {
	return keys.length === 0 ? { kind: "single" } : { kind: "by-key", fields: keys };
}

/** Tail of a card's text: ` by site + device`; nothing where all records are one key. */
export function byKeysText(keys: readonly string[]): string {
	return keys.length === 0 ? "" : ` by ${keys.join(" + ")}`;
}
