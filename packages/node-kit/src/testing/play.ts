import type { FailureCode } from "@weir/errors";
import { aBatch, isoOf, type RecordBatch, type RecordSchema, type Row, type RowValue, rowAt, selectionOf } from "@weir/records";
import { type NodeDefinition, outputPorts, type SourceReading } from "../definition.ts";
import type {
	CreateOperator,
	CreateSink,
	Operator,
	OperatorContext,
	OperatorModule,
	RejectedRow,
	SinkOperator,
	StateDelta,
} from "../operator.ts";
import { KeyShare } from "../state/index.ts";
import { type CaseOutcome, type CaseStep, inputOf, inputsOf, momentOf, type NodeCase } from "./cases.ts";

/**
 * How a case is played. All ways must give the same outcome.
 * - `straight`: step by step
 * - `restored`: thrown away and restored from its snapshot after every step
 * - `restored-deltas`: thrown away after every step and restored from a snapshot and the deltas behind it, without those no longer needed
 * - `spread`: its keys spread over three tasks after every step, over two, and gathered in one again; rows may come in another order
 * - `row-by-row`: every row in a batch of its own
 * - `among-others`: between rows that are not in play
 */
export type Way = "straight" | "restored" | "restored-deltas" | "spread" | "row-by-row" | "among-others";

export const WAYS: readonly Way[] = ["straight", "restored", "restored-deltas", "spread", "row-by-row", "among-others"];

/** Reads payloads of a source; handed in, because node-kit knows no format. */
export type ReadPayloads = (
	reading: SourceReading,
	payloads: readonly string[],
	receivedAt: number,
	reject: (code: FailureCode, reason: string) => void,
) => RecordBatch;

/** Where a sink writes to during a case. */
export interface TestMedium {
	readonly medium: unknown;
	/** Everything written so far. */
	written(): Promise<readonly Row[]>;
}

export interface PlayOptions {
	readonly read?: ReadPayloads;
	/** For sinks. `onReject` must be told of rows that the medium is asked to set aside. */
	readonly openMedium?: (config: unknown, schema: RecordSchema, onReject: (row: RejectedRow) => void) => Promise<TestMedium>;
}

/** Plays one case in one way and tells what came out. */
export async function playCase(
	definition: NodeDefinition,
	module: OperatorModule,
	nodeCase: NodeCase,
	way: Way,
	options: PlayOptions = {},
): Promise<CaseOutcome> {
	const config = definition.config.parse(nodeCase.config);
	const outcome = new Outcome();
	const isSource = definition.role === "source";
	const inputs = inputsOf(nodeCase);
	const arriving = isSource ? undefined : inputOf(nodeCase);
	const { schemas, problems } = definition.outputSchema(config, arriving, inputs);
	const errors = [...problems, ...definition.lint(config, arriving, inputs)].filter((p) => p.severity === "error");
	if (errors.length > 0) throw new Error(`The case has problems: ${errors.map((p) => p.message).join(" ")}`);
	const input = arriving ?? schemas.out ?? { fields: [] };
	const outputs = Object.fromEntries(outputPorts(definition, config).map((port) => [port.name, schemas[port.name] ?? input]));
	const context: OperatorContext = {
		input,
		...(inputs === undefined ? {} : { inputs }),
		outputs,
		seed: 1,
		reject: (_batch, _row, code, reason) => outcome.reject(code, reason),
		count: (bucket, rows) => outcome.count(bucket, rows),
	};
	const batchesOf = (step: CaseStep, watermark: number) => batchesFor(step, nodeCase, definition, config, watermark, way, outcome, options);
	if (module.createSink !== undefined) {
		const opened = await options.openMedium?.(config, input, (row) => outcome.reject("SINK_REJECTED", row.reason));
		if (opened === undefined) throw new Error("A sink's cases need a medium to write to.");
		await playSink(module.createSink as CreateSink, config, context, nodeCase, opened.medium, batchesOf);
		outcome.written(await opened.written());
	} else if (module.createOperator !== undefined) {
		const wanted = definition.partitioning(config);
		const keyFields = wanted.kind === "by-key" ? wanted.fields.length : 0;
		playOperator(module.createOperator as CreateOperator, config, context, nodeCase, way, batchesOf, outcome, keyFields);
	}
	return outcome;
}

type BatchesOf = (step: CaseStep, watermark: number) => readonly RecordBatch[];

function playOperator(
	create: CreateOperator,
	config: unknown,
	context: OperatorContext,
	nodeCase: NodeCase,
	way: Way,
	batchesOf: BatchesOf,
	outcome: Outcome,
	keyFields: number,
): void {
	let operator: Operator = create(config, context);
	const stored = new StoredState();
	let watermark = Number.NEGATIVE_INFINITY;
	for (const step of nodeCase.steps) {
		if ("watermark" in step) {
			watermark = momentOf(step.watermark);
			operator.onWatermark?.(watermark, outcome.emit);
		} else for (const batch of batchesOf(step, watermark)) operator.onBatch(batch, outcome.emit, "port" in step ? step.port : undefined);
		if (way === "spread" && keyFields > 0 && operator.snapshot !== undefined) {
			operator = respread(operator, () => create(config, context), keyFields, watermark);
			continue;
		}
		if (way !== "restored" && way !== "restored-deltas") continue;
		stored.take(operator, way === "restored-deltas", watermark);
		operator.close?.();
		operator = create(config, context);
		stored.restore(operator);
	}
	operator.close?.();
}

/** What the keys of an operator become when they are spread over three tasks, then over two, then gathered in one, each task stored and restored. */
export function respread(operator: Operator, create: () => Operator, keyFields: number, watermark: number): Operator {
	let before: readonly Operator[] = [operator];
	for (const partitions of [3, 2, 1]) {
		const spread = { fields: keyFields, places: Array.from({ length: keyFields }, (_, place) => place), partitions };
		const after = Array.from({ length: partitions }, (_, partition) => {
			const share = new KeyShare(spread, partition);
			const task = create();
			for (const one of before) {
				if (one.snapshotOf === undefined || task.absorb === undefined)
					throw new Error("An operator that keeps something by key needs snapshotOf and absorb.");
				task.absorb(one.snapshotOf(share));
			}
			const stored = new StoredState();
			stored.take(task, true, watermark);
			task.close?.();
			const restored = create();
			stored.restore(restored);
			return restored;
		});
		for (const one of before) one.close?.();
		before = after;
	}
	return before[0] ?? operator;
}

/** What is stored of an operator between two steps. */
class StoredState {
	#snapshot: Uint8Array | undefined;
	#deltas: StateDelta[] = [];

	take(operator: Operator, byDeltas: boolean, watermark: number): void {
		const delta = byDeltas ? operator.snapshotDelta?.() : undefined;
		if (delta === undefined) {
			this.#snapshot = operator.snapshot?.();
			this.#deltas = [];
		} else if (delta.bytes.length > 0) this.#deltas.push({ ...delta, bytes: delta.bytes.slice() });
		this.#deltas = this.#deltas.filter(({ neededUntil = Number.POSITIVE_INFINITY }) => watermark <= neededUntil);
	}

	restore(operator: Operator): void {
		if (this.#snapshot !== undefined) operator.restore?.(this.#snapshot);
		for (const { bytes } of this.#deltas) operator.restoreDelta?.(bytes);
	}
}

async function playSink(
	create: CreateSink,
	config: unknown,
	context: OperatorContext,
	nodeCase: NodeCase,
	medium: unknown,
	batchesOf: BatchesOf,
): Promise<void> {
	const sink: SinkOperator = create(config, context);
	await sink.prepare?.(medium);
	for (const step of nodeCase.steps) {
		if ("watermark" in step) continue;
		for (const batch of batchesOf(step, Number.NEGATIVE_INFINITY)) sink.onBatch(batch);
		await sink.write(medium);
		if (sink.pending().rows > 0) throw new Error("The sink still holds rows after it has written.");
	}
	sink.close?.();
}

function batchesFor(
	step: CaseStep,
	nodeCase: NodeCase,
	definition: NodeDefinition,
	config: unknown,
	watermark: number,
	way: Way,
	outcome: Outcome,
	options: PlayOptions,
): readonly RecordBatch[] {
	if ("watermark" in step) return [];
	if ("payloads" in step) {
		const reading = definition.reading?.(config);
		if (reading === undefined || options.read === undefined) throw new Error("Only a source's case may have payloads.");
		return [options.read(reading, step.payloads, momentOf(step.receivedAt), (code, reason) => outcome.reject(code, reason))];
	}
	const build = (rows: readonly Row[]) =>
		aBatch(inputOf(nodeCase, step.port), rows, {
			...(nodeCase.eventTime === undefined ? {} : { eventTime: nodeCase.eventTime }),
			...(nodeCase.key === undefined ? {} : { key: nodeCase.key }),
			watermark,
			origin: true,
		});
	if (way === "row-by-row") return step.records.map((row) => build([row]));
	if (way !== "among-others") return [build(step.records)];
	const padded = step.records.flatMap((row) => [row, row, row]);
	const selection = Int32Array.from(step.records, (_row, i) => i * 3 + 1);
	return [{ ...build(padded), selection, selected: selection.length }];
}

/** Gathers what comes out; times as ISO texts, so that a case reads well. */
class Outcome implements CaseOutcome {
	readonly ports: Record<string, Row[]> = {};
	readonly eventTimes: Record<string, number[]> = {};
	readonly counts: Record<string, number> = {};
	readonly rejects: { code: string; reason: string }[] = [];

	readonly emit = (port: string, batch: RecordBatch): void => {
		const rows = this.ports[port] ?? [];
		const times = this.eventTimes[port] ?? [];
		this.ports[port] = rows;
		this.eventTimes[port] = times;
		const selection = selectionOf(batch);
		for (let i = 0; i < batch.selected; i++) {
			const row = selection[i] ?? 0;
			rows.push(readable(rowAt(batch, row), batch.schema));
			times.push(batch.eventTimes[row] ?? 0);
		}
	};

	reject(code: string, reason: string): void {
		this.rejects.push({ code, reason });
	}

	count(bucket: string, rows: number): void {
		if (rows > 0) this.counts[bucket] = (this.counts[bucket] ?? 0) + rows;
	}

	written(rows: readonly Row[]): void {
		this.ports.written = [...rows];
	}
}

function readable(row: Row, schema: RecordSchema): Row {
	const readableRow: Record<string, RowValue> = { ...row };
	for (const field of schema.fields) {
		const value = row[field.name];
		if (field.type === "timestamp" && typeof value === "number") readableRow[field.name] = isoOf(value);
	}
	return readableRow;
}
