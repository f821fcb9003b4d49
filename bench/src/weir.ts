import { createReader } from "@weir/formats";
import type { CreateOperator, NodeDefinition, Operator, OperatorContext } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import type { NumberColumn, RecordBatch, RecordSchema } from "@weir/records";
import { Checksum, FLOW, type FlowResult } from "./flow.ts";

const SCHEMA: RecordSchema = {
	fields: [
		{ name: "deviceId", type: "text" },
		{ name: "ts", type: "timestamp" },
		{ name: "temperature", type: "number" },
		{ name: "seq", type: "integer" },
	],
};

interface Made {
	readonly operator: Operator;
	readonly output: RecordSchema;
}

async function make(kind: string, config: unknown, input: RecordSchema): Promise<Made> {
	const definition: NodeDefinition | undefined = catalogue.get(kind);
	const module = await operators.get(kind)?.();
	if (definition === undefined || module?.createOperator === undefined) throw new Error(`The catalogue has no ${kind}.`);
	const parsed = definition.config.parse(config);
	const { schemas } = definition.outputSchema(parsed, input);
	const outputs = Object.fromEntries(definition.outputs.map((port) => [port.name, schemas[port.name] ?? input]));
	const context: OperatorContext = { input, outputs, seed: 1, reject: refuse, count: () => {} };
	return { operator: (module.createOperator as CreateOperator)(parsed, context), output: outputs.out ?? input };
}

function refuse(_batch: RecordBatch, _row: number, _code: string, reason: string): void {
	throw new Error(reason);
}

/** Runs the flow over the frames through the product's own reader and operators. */
export async function prepareWeir(): Promise<(frames: readonly Uint8Array[]) => FlowResult> {
	const dedup = await make("dedup", FLOW.dedup, SCHEMA);
	const filter = await make("filter", FLOW.filter, dedup.output);
	const window = await make("tumbling-window", FLOW.window, filter.output);
	const indexOf = (name: string) => window.output.fields.findIndex((field) => field.name === name);
	const [start, average, greatest, records] = ["window_start", "average", "greatest", "records"].map(indexOf);

	return (frames) => {
		const result = new Checksum();
		const reader = createReader(
			{ format: "json", schema: SCHEMA, eventTimeField: "ts", keyField: "deviceId", maxFutureMs: 300_000 },
			(failure) => {
				throw new Error(failure.reason);
			},
		);
		const numbers = (batch: RecordBatch, index: number | undefined) => (batch.columns[index ?? -1] as NumberColumn).values;
		const toResult = (port: string, batch: RecordBatch): void => {
			if (port !== "out") return;
			const columns = [start, average, greatest, records].map((index) => numbers(batch, index));
			for (let row = 0; row < batch.length; row++) {
				result.add(columns[0]?.[row] ?? 0, columns[1]?.[row] ?? 0, columns[2]?.[row] ?? 0, columns[3]?.[row] ?? 0);
			}
		};
		const toWindow = (port: string, batch: RecordBatch): void => {
			if (port === "out") window.operator.onBatch(batch, toResult);
		};
		const toFilter = (port: string, batch: RecordBatch): void => {
			if (port === "out") filter.operator.onBatch(batch, toWindow);
		};
		const advance = (watermark: number): void => {
			dedup.operator.onWatermark?.(watermark, toFilter);
			filter.operator.onWatermark?.(watermark, toWindow);
			window.operator.onWatermark?.(watermark, toResult);
		};
		let watermark = Number.NEGATIVE_INFINITY;
		frames.forEach((frame, i) => {
			const added = reader.add(frame, `e:bench/0/${i}-0`, watermark);
			watermark = Math.max(watermark, added.maxEventTimeMs);
			dedup.operator.onBatch(reader.batch(), toFilter);
			reader.clear();
			advance(watermark);
		});
		advance(Number.POSITIVE_INFINITY);
		return { rows: result.rows, checksum: result.checksum };
	};
}
