import { WeirError } from "@weir/errors";
import type { Counters, WantedState } from "@weir/jobs";
import { CarefulReading, NO_SUSPICION, type Suspicion } from "./careful-reading.ts";
import { DeadLetterBox } from "./dead-letter-box.ts";
import { ExchangeWriter } from "./exchange-writer.ts";
import { openInputs } from "./open-inputs.ts";
import { Pipeline } from "./pipeline.ts";
import type { Checkpoint, Entry, Position, RecordPlace } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { Tally } from "./tally.ts";
import { commitTask } from "./task-commit.ts";
import type { InputContext, TaskInput } from "./task-input.ts";
import { exchangeStream, taskName } from "./task-name.ts";
import { packState, unpackState } from "./task-state.ts";
import { WatermarkMerge } from "./watermark-merge.ts";

/** How a slice ended. */
export type SliceEnd =
	/** Its time was over, or the worker wants to go. */
	| "more"
	/** Drained to the end: the task never runs again. */
	| "done"
	/** Ended at its last checkpoint, as wanted. */
	| "stopped"
	/** Somebody else has the task. */
	| "fenced";

export interface Slice {
	/** Ends the slice at this time of the clock. */
	readonly untilMs: number;
	readonly signal: AbortSignal;
	/** What is wanted of the job now. */
	wanted(): WantedState;
	/** Told after each commit. */
	onCommit?(): void;
}

/** One partition of a stage while a worker holds it. After any failure it is thrown away and opened again. */
export class StageTask {
	readonly options: StageTaskOptions;
	readonly generation: number;
	readonly #tally: Tally;
	readonly #letters: DeadLetterBox;
	readonly #pipeline: Pipeline;
	readonly #inputs: readonly TaskInput[];
	readonly #writers: ReadonlyMap<string, ExchangeWriter>;
	readonly #merge: WatermarkMerge;
	readonly #context: InputContext;
	readonly #careful: CarefulReading;
	#announced: number;
	#committed: { readonly position: Position; readonly counters: Counters; readonly watermark: number };
	#isDone: boolean;
	#dirtySinceMs: number | undefined;
	#readBytes = 0;
	#toldAtMs = Number.NEGATIVE_INFINITY;
	#isAtEnd = false;
	#isPrepared = false;
	#isCalibrated = false;
	#commits = 0;

	private constructor(options: StageTaskOptions, generation: number, parts: Parts) {
		this.options = options;
		this.generation = generation;
		this.#tally = parts.tally;
		this.#letters = parts.letters;
		this.#pipeline = parts.pipeline;
		this.#inputs = parts.inputs;
		this.#writers = parts.writers;
		this.#careful = parts.careful;
		this.#merge = new WatermarkMerge(
			parts.inputs.flatMap((input) => input.times),
			parts.checkpoint.watermark,
		);
		this.#announced = parts.checkpoint.watermark;
		this.#isDone = parts.isDone;
		const { position, counters, watermark } = parts.checkpoint;
		this.#committed = { position, counters, watermark };
		this.#context = {
			watermark: () => this.#merge.current,
			look: () => void this.#merge.advance(),
			advance: () => this.#advance(),
		};
	}

	/** Takes the task under a generation and restores it. Undefined: a newer generation is there, do not run. */
	static async open(options: StageTaskOptions, generation: number, suspicion: Suspicion = NO_SUSPICION): Promise<StageTask | undefined> {
		const { authority, task, stage, registry, seed, plan } = options;
		await options.failpoint?.("acquire:before");
		const checkpoint = await authority.commits.acquire(task, generation);
		if (checkpoint === undefined) return undefined;
		await options.failpoint?.("acquire:after");
		const state = unpackState(checkpoint.state);
		const tally = new Tally(checkpoint.counters);
		const letters = new DeadLetterBox(task);
		const writers = new Map<string, ExchangeWriter>();
		for (const write of stage.writes) {
			const exchange = plan.exchanges.find((candidate) => candidate.id === write.exchange);
			if (exchange === undefined) throw new WeirError("INVARIANT_BROKEN", `The plan has no exchange ${write.exchange}.`);
			const told = state.told.get(exchange.id) ?? Number.NEGATIVE_INFINITY;
			writers.set(exchange.id, new ExchangeWriter(exchange, exchangeStream(task.tenant, task.job, exchange.id), taskName(task), told));
		}
		const pipeline = await Pipeline.open({ stage, registry, seed, tally, letters, writers, tap: options.tap }, state.operators);
		const inputs = openInputs(options, { pipeline, tally, letters }, checkpoint, state);
		const careful = new CarefulReading(options, checkpoint.position, suspicion);
		await resetBeyondEnd(options, inputs);
		return new StageTask(options, generation, { tally, letters, pipeline, inputs, writers, careful, checkpoint, isDone: state.isDone });
	}

	/** Position, counters and watermark as last committed. */
	get committed(): { readonly position: Position; readonly counters: Counters; readonly watermark: number } {
		return this.#committed;
	}

	/** Commits since it was opened. */
	get commits(): number {
		return this.#commits;
	}

	/** Nothing was left to read when it looked last. */
	get isAtEnd(): boolean {
		return this.#isAtEnd;
	}

	get isIdle(): boolean {
		return this.#merge.isIdle;
	}

	get isDone(): boolean {
		return this.#isDone;
	}

	/** While rows were being processed: the one record under way, or "some" where several were. */
	get underWay(): RecordPlace | "some" | undefined {
		return this.#careful.underWay;
	}

	/** Works until the slice is over. Throws WeirError: then drop the task and open it anew. */
	async run(slice: Slice): Promise<SliceEnd> {
		const { clock, limits } = this.options;
		await this.#careful.begin();
		while (!this.#isDone) {
			const nowMs = clock.now();
			const wanted = slice.wanted();
			if (wanted === "stopped" || slice.signal.aborted || nowMs >= slice.untilMs) {
				if (!(await this.#commit(slice))) return "fenced";
				await this.#careful.end();
				return wanted === "stopped" ? "stopped" : "more";
			}
			if (wanted === "drained") await this.#drain();
			const open = this.#inputs.filter((input) => !input.isEnded);
			if (open.length === 0) {
				if (!(await this.#finish(slice))) return "fenced";
				break;
			}
			const reader = this.options.reader ?? this.options.log;
			const waitMs = this.#waitMs(nowMs, slice.untilMs);
			const found = await reader.read(
				open.map(({ stream, partition, position }) => ({ stream, partition, after: position })),
				{ maxBytes: limits.readBytes, waitMs, signal: slice.signal },
			);
			await this.#take(open, found, slice);
			if (this.#isCommitDue() && !(await this.#commit(slice))) return "fenced";
		}
		await this.#careful.end();
		return "done";
	}

	/** Records of the inputs that are not read yet. */
	async lagRecords(): Promise<number> {
		// Nothing was there at the last look: the log need not be asked again.
		if (this.#isAtEnd && this.#isCalibrated) return 0;
		let lag = 0;
		let known = 0;
		for (const input of this.#inputs) {
			const state = await this.options.log.state(input.stream, input.partition);
			// A task that began in the middle of a stream learns at its end how many records came before it.
			if (input.position === state.last) {
				input.records = state.records;
				known += 1;
			} else lag += Math.max(0, state.records - input.records);
		}
		if (known === this.#inputs.length) this.#isCalibrated = true;
		return lag;
	}

	close(): void {
		this.#pipeline.close();
	}

	async #take(open: readonly TaskInput[], found: readonly (readonly Entry[])[], slice: Slice): Promise<void> {
		let bytes = 0;
		for (const [i, input] of open.entries()) {
			const entries = upToDrain(found[i] ?? [], input, this.options.log);
			if (entries.length === 0) {
				if (input.rest(this.options.clock.now())) this.#advance();
				continue;
			}
			for (const entry of entries) bytes += entry.frame.length;
			await this.#careful.take(input, entries, this.#context, () => this.#commitBetween(slice));
			if (input.drainTo !== undefined && this.options.log.compare(input.position, input.drainTo) >= 0) input.end();
		}
		this.#advance();
		this.#isAtEnd = bytes === 0;
		this.#readBytes += bytes;
		if (bytes > 0 || this.#hasNews()) this.#dirtySinceMs ??= this.options.clock.now();
		await this.#careful.passed(bytes, this.#isAtEnd);
	}

	async #commitBetween(slice: Slice): Promise<void> {
		this.#dirtySinceMs ??= this.options.clock.now();
		if (!this.#isCommitDue() || (await this.#commit(slice))) return;
		throw new WeirError("LEASE_LOST", "Another worker has taken this task over.");
	}

	#advance(): void {
		this.#merge.advance();
		if (this.#merge.current <= this.#announced) return;
		this.#announced = this.#merge.current;
		this.#pipeline.advance(this.#announced);
	}

	async #drain(): Promise<void> {
		for (const input of this.#inputs) {
			if (input.isEnded || input.drainTo !== undefined || this.#isExchange(input)) continue;
			input.drainTo = (await this.options.log.state(input.stream, input.partition)).last;
			if (this.options.log.compare(input.position, input.drainTo) >= 0) input.end();
		}
		this.#advance();
	}

	#isExchange(input: TaskInput): boolean {
		return input.stream.stream.startsWith("x:");
	}

	async #finish(slice: Slice): Promise<boolean> {
		this.#advance();
		this.#isDone = true;
		this.#dirtySinceMs ??= this.options.clock.now();
		const held = await this.#commit(slice);
		if (!held) this.#isDone = false;
		return held;
	}

	#hasNews(): boolean {
		if (this.options.clock.now() - this.#toldAtMs < this.options.limits.tellEveryMs) return false;
		return this.options.stage.writes.some((write) =>
			this.#writers.get(write.exchange)?.hasNews(this.#pipeline.watermarkBehind(write.from.node, this.#merge.current), this.#merge.isIdle),
		);
	}

	#isCommitDue(): boolean {
		if (this.#dirtySinceMs === undefined) return false;
		const { limits, clock } = this.options;
		const pending = this.#pipeline.pending();
		let bytes = pending.bytes + this.#letters.bytes;
		let rows = pending.rows;
		for (const writer of this.#writers.values()) {
			bytes += writer.bytes;
			rows += writer.rows;
		}
		if (rows >= limits.commitRows || bytes >= limits.commitBytes || this.#readBytes >= limits.commitBytes) return true;
		if (this.#letters.size >= limits.deadLetters) return true;
		return clock.now() - this.#dirtySinceMs >= (this.#isAtEnd ? limits.commitIdleMs : limits.commitEveryMs);
	}

	#waitMs(nowMs: number, untilMs: number): number {
		const { commitIdleMs, waitMs } = this.options.limits;
		const untilCommit = this.#dirtySinceMs === undefined ? waitMs : this.#dirtySinceMs + commitIdleMs - nowMs;
		return Math.max(0, Math.min(waitMs, untilMs - nowMs, untilCommit));
	}

	/** False: fenced. Nothing to commit is a commit that held. */
	async #commit(slice: Slice): Promise<boolean> {
		if (this.#dirtySinceMs === undefined) return true;
		const outcome = await commitTask({
			options: this.options,
			generation: this.generation,
			previous: this.#committed.position,
			pipeline: this.#pipeline,
			letters: this.#letters,
			tally: this.#tally,
			writers: this.#writers,
			watermark: this.#merge.current,
			isIdle: this.#merge.isIdle,
			prepare: !this.#isPrepared,
			checkpoint: (counters) => this.#checkpoint(counters),
		});
		if (outcome === "fenced") return false;
		this.#isPrepared = true;
		this.#commits += 1;
		this.#committed = outcome;
		this.#dirtySinceMs = undefined;
		this.#readBytes = 0;
		this.#toldAtMs = this.options.clock.now();
		slice.onCommit?.();
		return true;
	}

	#checkpoint(counters: Counters): Checkpoint {
		const position: Record<string, string> = { ...this.#careful.skipped() };
		for (const input of this.#inputs) position[input.place] = input.position;
		const state = packState({
			operators: this.#pipeline.snapshots(),
			inputs: new Map(this.#inputs.map((input) => [input.place, input.state()])),
			told: new Map([...this.#writers].map(([exchange, writer]) => [exchange, writer.told])),
			isDone: this.#isDone,
		});
		return { position, state, watermark: this.#merge.current, counters };
	}
}

interface Parts {
	readonly tally: Tally;
	readonly letters: DeadLetterBox;
	readonly pipeline: Pipeline;
	readonly inputs: readonly TaskInput[];
	readonly writers: ReadonlyMap<string, ExchangeWriter>;
	readonly careful: CarefulReading;
	readonly checkpoint: Checkpoint;
	readonly isDone: boolean;
}

/** A drain ends at the entry that was the last when it was asked for. */
function upToDrain(entries: readonly Entry[], input: TaskInput, log: { compare(a: string, b: string): number }): readonly Entry[] {
	const { drainTo } = input;
	return drainTo === undefined ? entries : entries.filter((entry) => log.compare(entry.id, drainTo) <= 0);
}

/** A checkpoint beyond the stream's end means that the log lost its tail: say how many, go back to its end, go on (I15). */
async function resetBeyondEnd(options: StageTaskOptions, inputs: readonly TaskInput[]): Promise<void> {
	for (const input of inputs) {
		if (input.position === "") continue;
		const state = await options.log.state(input.stream, input.partition);
		if (options.log.compare(input.position, state.last) <= 0) continue;
		const records = Math.max(1, input.records - state.records);
		options.tell?.({ type: "log-lost-tail", place: input.place, records });
		input.position = state.last;
		input.records = state.records;
	}
}
