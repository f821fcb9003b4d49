import { readFileSync } from "node:fs";
import type { LogMedium } from "@weir/node-kit";
import { casesSchema, expectedOf, inAnyOrder, matchable, type PlayOptions, playCase, WAYS } from "@weir/node-kit/testing";
import type { Row } from "@weir/records";
import { describe, expect, it } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { operators } from "../generated/operators.ts";
import { readPayloads } from "./read-payloads.ts";

const decoder = new TextDecoder();

/** Keeps capped lists as the log does. */
async function openLog(): Promise<{ medium: LogMedium; written(): Promise<readonly Row[]> }> {
	let newest: Uint8Array[] = [];
	return {
		medium: {
			appendCapped(_name, entries, keep) {
				newest = [...newest, ...entries].slice(-keep);
			},
		},
		written: async () => newest.map((entry) => JSON.parse(decoder.decode(entry)) as Row),
	};
}

const options: PlayOptions = { read: readPayloads, openMedium: openLog };

for (const [kind, definition] of catalogue) {
	// Sinks that commit in a connection are played on the real thing, in cases.integration.test.ts.
	if (definition.commitsIn === "connection") continue;
	const cases = casesSchema.parse(JSON.parse(readFileSync(new URL(`../src/${kind}/cases.json`, import.meta.url), "utf8")));
	describe(kind, () => {
		for (const nodeCase of cases) {
			for (const way of WAYS) {
				it(`${nodeCase.title} (${way})`, async () => {
					const module = await operators.get(kind)?.();
					if (module === undefined) throw new Error(`No operator for ${kind}.`);
					const outcome = await playCase(definition, module, nodeCase, way, options);
					const [got, wanted] = [matchable(outcome, nodeCase), expectedOf(nodeCase)];
					if (way === "spread") expect(inAnyOrder(got)).toEqual(inAnyOrder(wanted));
					else expect(got).toEqual(wanted);
				});
			}
		}
	});
}
