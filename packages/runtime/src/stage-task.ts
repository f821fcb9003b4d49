import { WeirError } from "@weir/errors";
import type { Counters, WantedState } from "@weir/jobs";
import { aligned } from "./alignment.ts";
import { NO_SUSPICION, type Suspicion } from "./careful-reading.ts";
import { CommitPace } from "./commit-pace.ts";
import { Lag } from "./lag.ts";
import { type OpenedTask, openTask } from "./open-task.ts";
import type { CheckpointHead, CheckpointStep, Entry, Position, RecordPlace, TaskSpill } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { commitTask } from "./task-commit.ts";
import type { InputContext, TaskInput } from "./task-input.ts";
import { taskName } from "./task-name.ts";
import { packState } from "./task-state.ts";
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
	/** With nothing to read and nothing to commit, or in a process that is at ease, it goes on until this; absent: it does not. */
	readonly longestUntilMs?: number;
	/** Nobody is better off if the task goes elsewhere. */
	isAtEase?(): boolean;
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
	readonly #parts: OpenedTask;
	readonly #spill: TaskSpill | undefined;
	readonly #merge: WatermarkMerge;
	readonly #context: InputContext;
	readonly #pace: CommitPace;
	readonly #lag: Lag;
	#announced: number;
	#committed: Omit<CheckpointHead, "state">;
	/** Position of the checkpoint that the next commit replaces. */
	#stored: Position;
	#stateBytes: ReadonlyMap<string, number> = new Map();
	#spilledBytes: ReadonlyMap<string, number> = new Map();
	#storedBytes = 0;
	#isDone: boolean;
	#toldAtMs = Number.NEGATIVE_INFINITY;
	#isAtEnd = false;
	/** Inputs that had something to read when they were read last. */
	readonly #flowing = new Set<TaskInput>();
	#lastReadBytes = 0;
	#isPrepared = false;
	#commits = 0;
	#committedAtMs: number | undefined;

	private constructor(options: StageTaskOptions, generation: number, parts: OpenedTask, spill: TaskSpill | undefined) {
		this.options = options;
		this.generation = generation;
		this.#parts = parts;
		this.#spill = spill;
		this.#pace = new CommitPace(options.limits);
		this.#lag = new Lag(options.log, parts.inputs);
		this.#merge = new WatermarkMerge(
			parts.inputs.flatMap((input) => input.times),
			parts.checkpoint.watermark,
		);
		this.#announced = parts.checkpoint.watermark;
		this.#isDone = parts.isDone;
		this.#stored = parts.stored;
		const { position, counters, watermark } = parts.checkpoint;
		this.#committed = { position, counters, watermark };
		this.#context = {
			watermark: () => this.#merge.current,
			look: () => void this.#merge.advance(),
			advance: () => this.#advance(),
		};
		this.#weigh();
		// From now on it goes on from its own checkpoint, even if no record ever comes: what the job before stored may be forgotten.
		if (Object.keys(parts.stored).length === 0 || parts.hasSettled) this.#pace.touch(options.clock.now());
	}

	/** Takes the task under a generation and restores it. Undefined: a newer generation is there, do not run. */
	static async open(options: StageTaskOptions, generation: number, suspicion: Suspicion = NO_SUSPICION): Promise<StageTask | undefined> {
		const spill = options.spill?.open(options.task.job);
		let task: StageTask | undefined;
		try {
			const parts = await openTask(options, generation, suspicion, spill);
			if (parts !== undefined) task = new StageTask(options, generation, parts, spill);
			return task;
		} finally {
			if (task === undefined) spill?.close();
		}
	}

	/** Position, counters and watermark as last committed. */
	get committed(): Omit<CheckpointHead, "state"> {
		return this.#committed;
	}

	/** Bytes of memory that the state of each node takes, as of the last commit. */
	get stateBytes(): ReadonlyMap<string, number> {
		return this.#stateBytes;
	}

	/** Bytes of the state of each node that has some on the local disk, as of the last commit. */
	get spilledBytes(): ReadonlyMap<string, number> {
		return this.#spilledBytes;
	}

	/** Bytes that are stored of all states. */
	get storedBytes(): number {
		return this.#storedBytes;
	}

	/** When it committed last; undefined: not since it was opened. */
	get committedAtMs(): number | undefined {
		return this.#committedAtMs;
	}

	/** Commits since it was opened. */
	get commits(): number {
		return this.#commits;
	}

	/** Nothing was left to read when it looked last. */
	get isAtEnd(): boolean {
		return this.#isAtEnd;
	}

	/** Rows are held back so that the sink's output comes in larger pieces. */
	get isGathering(): boolean {
		return this.#pace.isHeld(this.options.clock.now());
	}

	get isIdle(): boolean {
		return this.#merge.isIdle;
	}

	get isDone(): boolean {
		return this.#isDone;
	}

	/** While rows were being processed: the one record under way, or "some" where several were. */
	get underWay(): RecordPlace | "some" | undefined {
		return this.#parts.careful.underWay;
	}

	/** Says that the process lives, where a slice ended in a failure. */
	async abandon(): Promise<void> {
		await this.#parts.careful.end();
	}

	/** Works until the slice is over. Throws WeirError: then drop the task and open it anew. */
	async run(slice: Slice): Promise<SliceEnd> {
		const { clock, limits } = this.options;
		await this.#parts.careful.begin();
		while (!this.#isDone) {
			const nowMs = clock.now();
			const wanted = slice.wanted();
			const mayStay = (this.#isAtEnd && !this.#pace.isDirty) || slice.isAtEase?.() === true;
			const untilMs = mayStay ? Math.max(slice.untilMs, slice.longestUntilMs ?? 0) : slice.untilMs;
			if (wanted === "stopped" || slice.signal.aborted || nowMs >= untilMs) {
				// What a sink gathers stays in memory from slice to slice; who takes the task over reads it again.
				const mayWait = wanted !== "stopped" && this.isGathering;
				if (!mayWait && !(await this.#commit(slice))) return "fenced";
				await this.#parts.careful.end();
				return wanted === "stopped" ? "stopped" : "more";
			}
			if (wanted === "drained") await this.#drain();
			if (await this.#parts.retries.take(this.#context)) this.#pace.touch(clock.now());
			const open = this.#parts.inputs.filter((input) => !input.isEnded && input.isResting !== true);
			if (this.#parts.inputs.every((input) => input.isEnded)) {
				if (!(await this.#finish(slice))) return "fenced";
				break;
			}
			const reading = aligned(open, this.#flowing, limits.maxAheadMs);
			const gatherMs = this.#pace.gatherMs(nowMs, untilMs, this.#lastReadBytes);
			if (gatherMs > 0) await clock.sleep(gatherMs, slice.signal);
			const reader = this.options.reader ?? this.options.log;
			const waitMs = reading.length < open.length ? 0 : this.#pace.waitMs(clock.now(), untilMs);
			const found = await reader.read(
				reading.map(({ stream, partition, position }) => ({ stream, partition, after: position })),
				{ maxBytes: limits.readBytes, waitMs, signal: slice.signal },
			);
			await this.#take(reading, found, slice, reading.length === open.length);
			if (this.#isCommitDue() && !(await this.#commit(slice))) return "fenced";
		}
		await this.#parts.careful.end();
		return "done";
	}

	/** Records of the inputs that are not read yet. */
	lagRecords(): Promise<number> {
		return this.#lag.records(this.#isAtEnd);
	}

	close(): void {
		this.options.stateBudget?.forget(this.options.task.job, taskName(this.options.task));
		this.#parts.pipeline.close();
		this.#spill?.close();
	}

	async #take(read: readonly TaskInput[], found: readonly (readonly Entry[])[], slice: Slice, isAll: boolean): Promise<void> {
		let bytes = 0;
		for (const [i, input] of read.entries()) {
			const all = found[i] ?? [];
			const entries = upToDrain(all, input, this.options.log);
			if (entries.length > 0) this.#flowing.add(input);
			else this.#flowing.delete(input);
			// The last entry of its range may have been followed by none that is kept: whatever comes behind it says so too.
			const isThrough = entries.length < all.length;
			if (entries.length === 0) {
				if (isThrough) input.end();
				else if (input.rest(this.options.clock.now())) this.#advance();
				continue;
			}
			for (const entry of entries) bytes += entry.frame.length;
			await this.#parts.careful.take(input, entries, this.#context, () => this.#commitBetween(slice));
			const { log } = this.options;
			if (isThrough || (input.drainTo !== undefined && log.compare(input.position, input.drainTo) >= 0)) input.end();
			else if (input.sealedAt !== undefined && log.compare(input.position, input.sealedAt) >= 0) input.pass?.();
		}
		this.#advance();
		this.#isAtEnd = bytes === 0 && isAll;
		this.#lastReadBytes = bytes;
		if (bytes > 0 || this.#hasNews()) this.#pace.touch(this.options.clock.now(), bytes);
		await this.#parts.careful.passed(bytes, this.#isAtEnd);
	}

	async #commitBetween(slice: Slice): Promise<void> {
		this.#pace.touch(this.options.clock.now());
		if (!this.#isCommitDue() || (await this.#commit(slice))) return;
		throw new WeirError("LEASE_LOST", "Another worker has taken this task over.");
	}

	#advance(): void {
		this.#merge.advance();
		if (this.#merge.current <= this.#announced) return;
		this.#announced = this.#merge.current;
		this.#parts.pipeline.advance(this.#announced);
	}

	async #drain(): Promise<void> {
		for (const input of this.#parts.inputs) {
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
		this.#pace.touch(this.options.clock.now());
		const held = await this.#commit(slice);
		if (!held) this.#isDone = false;
		return held;
	}

	#hasNews(): boolean {
		if (this.options.clock.now() - this.#toldAtMs < this.options.limits.tellEveryMs) return false;
		return this.options.stage.writes.some((write) =>
			this.#parts.writers
				.get(write.exchange)
				?.hasNews(this.#parts.pipeline.watermarkBehind(write.from.node, this.#merge.current), this.#merge.isIdle),
		);
	}

	#isCommitDue(): boolean {
		if (!this.#pace.isDirty) return false;
		const { pipeline, letters, writers, careful } = this.#parts;
		// Until it is known what killed the last owner the place moves on in small steps, so that the record is found.
		this.#pace.hold(careful.isSettled ? pipeline.gatherMs() : undefined);
		let { rows, bytes } = pipeline.pending();
		bytes += letters.bytes;
		for (const writer of writers.values()) {
			bytes += writer.bytes;
			rows += writer.rows;
		}
		const { commitBytes, commitReadBytes } = this.options.limits;
		const mostReadBytes = careful.isSettled ? commitReadBytes : commitBytes;
		return this.#pace.isDue(this.options.clock.now(), this.#isAtEnd, { rows, bytes, deadLetters: letters.size }, mostReadBytes);
	}

	/** False: fenced. Nothing to commit is a commit that held. */
	async #commit(slice: Slice): Promise<boolean> {
		if (!this.#pace.isDirty) return true;
		const outcome = await commitTask({
			options: this.options,
			generation: this.generation,
			previous: this.#stored,
			opened: this.#parts,
			watermark: this.#merge.current,
			isIdle: this.#merge.isIdle,
			prepare: !this.#isPrepared,
			position: () => this.#position(),
			checkpoint: (counters) => this.#checkpoint(counters),
		});
		if (outcome === "fenced") return false;
		this.#isPrepared = true;
		this.#commits += 1;
		this.#committed = outcome;
		this.#stored = outcome.position;
		this.#pace.committed();
		this.#parts.retries.committed();
		this.#toldAtMs = this.options.clock.now();
		this.#committedAtMs = this.#toldAtMs;
		this.#weigh();
		slice.onCommit?.();
		return this.#settle(slice);
	}

	/** Makes visible what the commit named, and commits that it need not be named any longer. */
	async #settle(slice: Slice): Promise<boolean> {
		const { staged } = this.#parts;
		if (staged.tokens.length === 0) return true;
		await staged.settle();
		this.#pace.touch(this.options.clock.now());
		return this.#commit(slice);
	}

	#position(): Position {
		const position: Record<string, string> = { ...this.#parts.careful.skipped() };
		for (const input of this.#parts.inputs) position[input.place] = input.position;
		return position;
	}

	#checkpoint(counters: Counters): CheckpointStep {
		const { inputs, writers, pipeline, book, retries, staged } = this.#parts;
		const position = this.#position();
		const step = book.take([...pipeline.keepers, ...staged.keepers]);
		const state = packState({
			parts: book.numbers,
			inputs: new Map(inputs.map((input) => [input.place, input.state()])),
			told: new Map([...writers].map(([exchange, writer]) => [exchange, writer.told])),
			retried: retries.retried,
			isDone: this.#isDone,
		});
		return { position, state, watermark: this.#merge.current, counters, ...step };
	}

	/** Looks how much the states take. Throws STATE_TOO_LARGE. */
	#weigh(): void {
		const { pipeline, book } = this.#parts;
		const bytes = new Map<string, number>();
		const spilled = new Map<string, number>();
		let stored = 0;
		for (const { node, operator } of pipeline.keepers) {
			bytes.set(node, operator.stateBytes?.() ?? book.bytesOf(node));
			stored += book.bytesOf(node);
			const onDisk = this.#spill?.bytesOf(node) ?? 0;
			if (onDisk > 0) spilled.set(node, onDisk);
		}
		this.#stateBytes = bytes;
		this.#spilledBytes = spilled;
		this.#storedBytes = stored;
		const { task, stateBudget } = this.options;
		stateBudget?.note(task.job, taskName(task), bytes, this.options.spill?.trouble);
	}
}

/** A drain ends at the entry that was the last when it was asked for. */
function upToDrain(entries: readonly Entry[], input: TaskInput, log: { compare(a: string, b: string): number }): readonly Entry[] {
	const { drainTo } = input;
	return drainTo === undefined ? entries : entries.filter((entry) => log.compare(entry.id, drainTo) <= 0);
}
