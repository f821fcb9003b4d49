import { readFileSync } from "node:fs";
import type { LogMedium, OutsideMedium } from "@weir/node-kit";
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

/** Keeps files of JSON lines as a bucket does, once they are settled. */
async function openBucket(): Promise<{ medium: OutsideMedium; written(): Promise<readonly Row[]> }> {
	const files: Uint8Array[] = [];
	const target = {
		upload: async ({ body }: { readonly body: Uint8Array }) => body,
		settle: async () => [],
		abandon: async () => {},
	};
	const range = { tenant: "plant", flow: "pumps", partition: 0, first: "0", last: "1", reading: "r" };
	return {
		medium: { target, range, stage: (token) => files.push(token), reject: () => {} },
		written: async () =>
			files.flatMap((file) =>
				decoder
					.decode(file)
					.split("\n")
					.filter((line) => line !== "")
					.map((line) => JSON.parse(line) as Row),
			),
	};
}

for (const [kind, definition] of catalogue) {
	// Sinks that commit in a connection are played on the real thing, in cases.integration.test.ts.
	if (definition.commitsIn === "connection") continue;
	const cases = casesSchema.parse(JSON.parse(readFileSync(new URL(`../src/${kind}/cases.json`, import.meta.url), "utf8")));
	describe(kind, () => {
		for (const nodeCase of cases) {
			const options: PlayOptions = { read: readPayloads, openMedium: definition.connection === undefined ? openLog : openBucket };
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
