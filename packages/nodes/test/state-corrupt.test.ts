import type { OperatorContext } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import { expect, it } from "vitest";
import { catalogue } from "../generated/definitions.ts";
import { operators } from "../generated/operators.ts";

const schema: RecordSchema = {
	fields: [
		{ name: "deviceId", type: "text" },
		{ name: "seq", type: "integer" },
		{ name: "value", type: "number" },
	],
};

const CONFIGS: Readonly<Record<string, Record<string, unknown>>> = {
	"on-change": {},
	"latest-per-interval": {},
	"rate-limit": { over: "queue" },
	sample: { keys: ["deviceId"] },
	"sequence-guard": {},
	"interval-join": {},
	"window-join": {},
	"latest-join": {},
};

const FORMATS: Readonly<Record<string, number>> = { "interval-join": 2, "window-join": 2 };

/** Any bytes, the same for a seed; the first is the format, so that reading goes on behind it. */
function bytesOf(seed: number, format: number): Uint8Array {
	let state = seed;
	return Uint8Array.from({ length: 4 + (seed % 300) }, (_, i) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return i === 0 ? format : state >>> 24;
	});
}

it.each(Object.entries(CONFIGS))("%s refuses a stored state that it cannot read, and says that it is broken", async (kind, given) => {
	const definition = catalogue.get(kind);
	const module = await operators.get(kind)?.();
	if (definition === undefined || module?.createOperator === undefined) throw new Error(`There is no ${kind}.`);
	const config = definition.config.parse(given);
	const inputs = { left: schema, right: schema };
	const outputs = definition.outputSchema(config, schema, inputs).schemas;
	const context: OperatorContext = { input: schema, inputs, outputs, seed: 1, reject: () => {}, count: () => {} };
	for (let seed = 1; seed <= 200; seed++) {
		const operator = module.createOperator(config as never, context);
		const restore = () => operator.restore?.(bytesOf(seed, seed % 4 === 0 ? 9 : (FORMATS[kind] ?? 1)));
		expect(restore).toThrow(expect.objectContaining({ code: "STATE_CORRUPT" }));
	}
});
