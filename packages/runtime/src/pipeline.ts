import { asWeirError, type FailureCode, WeirError, withPlace } from "@weir/errors";
import { counterOf, edgeCounter, exchangeReadCounter, portCounter } from "@weir/jobs";
import type { Emit, Operator, OperatorContext, OperatorRegistry, SinkOperator } from "@weir/node-kit";
import type { PlannedNode, PlannedTarget, Stage } from "@weir/planner";
import { type Column, nullColumn, type RecordBatch, type RecordSchema, withColumns } from "@weir/records";
import type { DeadLetterBox } from "./dead-letter-box.ts";
import type { ExchangeWriter } from "./exchange-writer.ts";
import { inherit } from "./inherit.ts";
import type { TaskSpill } from "./ports.ts";
import type { Inherited } from "./standing.ts";
import type { Keeper } from "./state-book.ts";
import { restoreFrom, type StoredState } from "./stored-state.ts";
import type { Slot, Tally } from "./tally.ts";
import type { Tap } from "./tap.ts";

/** Where rows enter a stage's operators. */
export type Deliver = (batch: RecordBatch) => void;

export interface PipelineParts {
	readonly stage: Stage;
	readonly registry: OperatorRegistry;
	readonly seed: number;
	readonly tally: Tally;
	readonly letters: DeadLetterBox;
	readonly writers: ReadonlyMap<string, ExchangeWriter>;
	readonly tap: Tap | undefined;
	readonly spill: TaskSpill | undefined;
}

interface Member {
	readonly node: PlannedNode;
	readonly operator: Operator | undefined;
	readonly sink: SinkOperator | undefined;
	readonly entered: Slot;
	/** Watermarks behind this node are earlier by this. */
	delayMs: number;
	/** Rows come to it, or to a node before it, by several ways. */
	isGathered: boolean;
	/** The watermark that the operator was told last. */
	told: number;
	emit: Emit;
}

/** The operators of a stage, wired. Rows go depth first from one to the next; watermarks in topological order. */
export class Pipeline {
	readonly #members = new Map<string, Member>();
	readonly #parts: PipelineParts;
	#ingestTimes = new Float64Array(256);
	#ingested = 0;

	private constructor(parts: PipelineParts) {
		this.#parts = parts;
	}

	/** Loads and wires the operators. Throws NODE_CONFIG_INVALID when a kind has none. */
	static async open(
		parts: PipelineParts,
		stored: ReadonlyMap<string, StoredState>,
		inherited: readonly Inherited[] = [],
	): Promise<Pipeline> {
		const pipeline = new Pipeline(parts);
		for (const node of parts.stage.nodes) {
			const own = inherited.filter((one) => one.node === node.id);
			const member = await pipeline.#create(node, stored.get(node.id), own);
			member.delayMs = pipeline.#delayBefore(node.id) + (member.operator?.watermarkDelayMs ?? 0);
			member.isGathered = pipeline.#isGathered(node.id);
			pipeline.#members.set(node.id, member);
		}
		for (const member of pipeline.#members.values()) pipeline.#wire(member);
		return pipeline;
	}

	/** The sink of the stage that commits in its connection, or those that commit in the log. */
	get sinks(): readonly { readonly node: string; readonly sink: SinkOperator }[] {
		return [...this.#members.values()].flatMap(({ node, sink }) => (sink === undefined ? [] : [{ node: node.id, sink }]));
	}

	/** The way in for a source of this stage: what comes out of the source's one port. */
	entryOfSource(node: string): Deliver {
		const member = this.#member(node);
		const port = Object.keys(member.node.outputs)[0] ?? "out";
		return (batch) => member.emit(port, batch);
	}

	/** The way in for an edge that arrives through an exchange. */
	entryOfEdge(edge: string, to: PlannedTarget, columns: readonly number[] | undefined): Deliver {
		const member = this.#member(to.node);
		const read = this.#parts.tally.slot(exchangeReadCounter(edge));
		return (batch) => {
			read.n += batch.selected;
			this.#enter(member, projected(batch, schemaAt(member.node, to), columns), to.port);
		};
	}

	/** The way in for single rows that a node takes again. */
	entryOfNode(node: string): Deliver {
		const member = this.#member(node);
		return (batch) => this.#enter(member, batch, undefined);
	}

	/** Event time has passed this point, for all operators. */
	advance(watermark: number): void {
		for (const member of this.#members.values()) {
			const { operator } = member;
			if (operator?.onWatermark === undefined) continue;
			const delayMs = member.delayMs - (operator.watermarkDelayMs ?? 0);
			member.told = watermark - delayMs;
			try {
				operator.onWatermark(member.told, member.emit);
			} catch (error) {
				throw withPlace(asWeirError(error), { nodeId: member.node.id });
			}
		}
	}

	/** The watermark that holds behind a node while the stage's own is `watermark`. */
	watermarkBehind(node: string, watermark: number): number {
		return watermark - this.#member(node).delayMs;
	}

	/** Rows and bytes that sinks hold for the next commit. */
	pending(): { readonly rows: number; readonly bytes: number } {
		let rows = 0;
		let bytes = 0;
		for (const { sink } of this.sinks) {
			const held = sink.pending();
			rows += held.rows;
			bytes += held.bytes;
		}
		return { rows, bytes };
	}

	/** How long rows that sinks hold may go on gathering; undefined: there are none, or enough, or they do not gather. */
	gatherMs(): number | undefined {
		for (const { sink } of this.sinks) {
			const { rows, bytes } = sink.pending();
			if (sink.gathers !== undefined && rows > 0 && rows < sink.gathers.rows && bytes < sink.gathers.bytes) return sink.gathers.ms;
		}
		return undefined;
	}

	/** The operators that may keep something. */
	get keepers(): readonly (Keeper & { readonly operator: Operator })[] {
		return [...this.#members.values()].flatMap(({ node, operator, told }) =>
			operator?.snapshot === undefined ? [] : [{ node: node.id, operator, told }],
		);
	}

	/** Times of receipt of the rows handed to sinks since the last call. */
	takeIngestTimes(): Float64Array {
		const times = this.#ingestTimes.slice(0, this.#ingested);
		this.#ingested = 0;
		return times;
	}

	close(): void {
		for (const { operator, sink } of this.#members.values()) {
			operator?.close?.();
			sink?.close?.();
		}
	}

	async #create(node: PlannedNode, stored: StoredState | undefined, inherited: readonly Inherited[]): Promise<Member> {
		const { registry, tally } = this.#parts;
		const base = {
			node,
			entered: tally.slot(counterOf(node.id, "in")),
			delayMs: 0,
			isGathered: false,
			told: Number.NEGATIVE_INFINITY,
			emit: () => {},
		};
		// A source does no work here: its endpoint was read by the task.
		if (this.#parts.stage.inputs.some((input) => input.type === "source" && input.node === node.id)) {
			return { ...base, operator: undefined, sink: undefined };
		}
		const load = registry.get(node.kind);
		if (load === undefined)
			throw new WeirError("NODE_CONFIG_INVALID", `This worker has no node type ${node.kind}; deploy a worker that has it.`, {
				context: { nodeId: node.id },
			});
		try {
			const module = await load();
			const context = this.#contextOf(node);
			// The config was parsed by the definition of the same kind when the flow was resolved.
			const config = node.config as never;
			const { createOperator } = module;
			const operator = createOperator?.(config, context);
			if (stored !== undefined && operator !== undefined) restoreFrom(operator, stored);
			if (createOperator !== undefined && operator !== undefined)
				for (const one of inherited) inherit(operator, () => createOperator(config, context), one);
			const sink = operator === undefined ? module.createSink?.(config, context) : undefined;
			if (operator === undefined && sink === undefined)
				throw new WeirError("NODE_CONFIG_INVALID", `The node type ${node.kind} exports neither createOperator nor createSink.`);
			return { ...base, operator, sink };
		} catch (error) {
			throw withPlace(asWeirError(error), { nodeId: node.id });
		}
	}

	#contextOf(node: PlannedNode): OperatorContext {
		const { tally, letters, seed, spill } = this.#parts;
		const dead = tally.slot(counterOf(node.id, "dead"));
		return {
			input: node.input,
			...(node.inputs === undefined ? {} : { inputs: node.inputs }),
			outputs: node.outputs,
			watermarkDelayMs: this.#delayBefore(node.id),
			isGathered: this.#isGathered(node.id),
			seed,
			...(spill === undefined ? {} : { openSpill: () => spill.space(node.id) }),
			reject(batch, row, code: FailureCode, reason) {
				dead.n += 1;
				letters.addRow(node.id, batch, row, code, reason);
			},
			count(bucket, rows) {
				tally.add(counterOf(node.id, bucket), rows);
			},
		};
	}

	/** Gives a member its `emit`: per port, the edges inside the stage and the exchanges that lead on. */
	#wire(member: Member): void {
		const { stage, tally, tap, writers } = this.#parts;
		const ports = new Map<string, { readonly left: Slot; readonly next: Deliver[] }>();
		const portOf = (port: string) => {
			const known = ports.get(port);
			if (known !== undefined) return known;
			const made = { left: tally.slot(portCounter(member.node.id, port)), next: [] };
			ports.set(port, made);
			return made;
		};
		for (const edge of stage.edges) {
			if (edge.from.node !== member.node.id) continue;
			const target = this.#member(edge.to.node);
			const passed = tally.slot(edgeCounter(edge.id));
			const schema = schemaAt(target.node, edge.to);
			portOf(edge.from.port).next.push((batch) => {
				passed.n += batch.selected;
				tap?.sample(edge.id, batch);
				this.#enter(target, projected(batch, schema, edge.columns), edge.to.port);
			});
		}
		for (const write of stage.writes) {
			if (write.from.node !== member.node.id) continue;
			const writer = writers.get(write.exchange);
			const passed = write.edges.map((edge) => tally.slot(edgeCounter(edge)));
			portOf(write.from.port).next.push((batch) => {
				for (const slot of passed) slot.n += batch.selected;
				for (const edge of write.edges) tap?.sample(edge, batch);
				writer?.write(batch);
			});
		}
		member.emit = (port, batch) => {
			if (batch.selected === 0) return;
			const { left, next } = portOf(port);
			left.n += batch.selected;
			tap?.sample(member.node.id, batch, "out");
			for (const deliver of next) deliver(batch);
		};
	}

	#enter(member: Member, batch: RecordBatch, port: string | undefined): void {
		member.entered.n += batch.selected;
		this.#parts.tap?.sample(member.node.id, batch, "in");
		try {
			if (member.operator !== undefined) member.operator.onBatch(batch, member.emit, port);
			else if (member.sink !== undefined) {
				this.#noteIngestTimes(batch);
				member.sink.onBatch(batch);
			}
		} catch (error) {
			throw withPlace(asWeirError(error), { nodeId: member.node.id });
		}
	}

	#noteIngestTimes(batch: RecordBatch): void {
		const needed = this.#ingested + batch.selected;
		if (needed > this.#ingestTimes.length) {
			const larger = new Float64Array(Math.max(needed, this.#ingestTimes.length * 2));
			larger.set(this.#ingestTimes.subarray(0, this.#ingested));
			this.#ingestTimes = larger;
		}
		for (let i = 0; i < batch.selected; i++) {
			this.#ingestTimes[this.#ingested++] = batch.ingestTimes[batch.selection === undefined ? i : (batch.selection[i] ?? 0)] ?? 0;
		}
	}

	/** Greatest delay of the nodes that feed this one; they stand before it in the stage's order. */
	#delayBefore(node: string): number {
		let delayMs = 0;
		for (const edge of this.#parts.stage.edges) {
			if (edge.to.node === node) delayMs = Math.max(delayMs, this.#member(edge.from.node).delayMs);
		}
		return delayMs;
	}

	/** Rows come to it by several ways, or to a node that feeds it. */
	#isGathered(node: string): boolean {
		const { edges, inputs } = this.#parts.stage;
		const ways = edges.filter((edge) => edge.to.node === node);
		const exchanged = inputs.filter((input) => input.type === "exchange" && input.to.node === node);
		return ways.length + exchanged.length > 1 || ways.some((edge) => this.#member(edge.from.node).isGathered);
	}

	#member(node: string): Member {
		const member = this.#members.get(node);
		if (member === undefined) throw new WeirError("INVARIANT_BROKEN", `The plan's stage ${this.#parts.stage.id} has no node ${node}.`);
		return member;
	}
}

function schemaAt(node: PlannedNode, { port }: PlannedTarget): RecordSchema {
	return (port === undefined ? undefined : node.inputs?.[port]) ?? node.input;
}

/** The batch as the input at the other end of an edge knows it. */
function projected(batch: RecordBatch, schema: RecordSchema, columns: readonly number[] | undefined): RecordBatch {
	if (columns === undefined) return batch;
	return withColumns(
		batch,
		schema,
		schema.fields.map(({ type }, i) => {
			const column = batch.columns[columns[i] ?? -1];
			if (column === undefined) return nullColumn(type, batch.length);
			// Whole numbers that meet numbers go on as numbers: the memory is the same.
			return column.type === type ? column : ({ ...column, type } as Column);
		}),
	);
}
