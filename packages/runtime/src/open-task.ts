import { asWeirError, WeirError } from "@weir/errors";
import { exchangeOwner } from "@weir/jobs";
import { CarefulReading, type Suspicion } from "./careful-reading.ts";
import { DeadLetterBox } from "./dead-letter-box.ts";
import { ExchangeWriter } from "./exchange-writer.ts";
import { hasBegun } from "./lineage.ts";
import { openInputs } from "./open-inputs.ts";
import { Pipeline } from "./pipeline.ts";
import type { Checkpoint, CheckpointHead, Position, TaskRef, TaskSpill } from "./ports.ts";
import { Retries } from "./retries.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { StagedOutput } from "./staged-output.ts";
import { StateBook } from "./state-book.ts";
import { Tally } from "./tally.ts";
import type { TaskInput } from "./task-input.ts";
import { exchangeStream, taskName } from "./task-name.ts";
import { type TaskState, unpackState } from "./task-state.ts";

/** All that a task is made of, as its checkpoint left it. */
export interface OpenedTask {
	/** What it goes on from. */
	readonly checkpoint: Omit<CheckpointHead, "state">;
	/** The position that the next commit finds stored. */
	readonly stored: Position;
	readonly tally: Tally;
	readonly letters: DeadLetterBox;
	readonly pipeline: Pipeline;
	readonly book: StateBook;
	readonly inputs: readonly TaskInput[];
	readonly writers: ReadonlyMap<string, ExchangeWriter>;
	readonly careful: CarefulReading;
	readonly retries: Retries;
	readonly staged: StagedOutput;
	/** What it goes on from names output that was settled only now. */
	readonly hasSettled: boolean;
	readonly isDone: boolean;
}

/** Takes a task under a generation and restores it. Undefined: a newer generation is there, do not run. */
export async function openTask(
	options: StageTaskOptions,
	generation: number,
	suspicion: Suspicion,
	spill: TaskSpill | undefined,
): Promise<OpenedTask | undefined> {
	const { authority, task, stage, registry, seed } = options;
	await options.failpoint?.("acquire:before");
	const acquired = await authority.commits.acquire(task, generation);
	if (acquired === undefined) return undefined;
	await options.failpoint?.("acquire:after");
	const { state: stored, book } = readCheckpoint(task, acquired);
	const first = hasBegun(acquired) ? undefined : await options.firstState?.();
	if (first !== undefined) book.adopt(first.parts);
	const checkpoint = first ?? acquired;
	const state = first?.state ?? stored;
	const tally = new Tally(checkpoint.counters);
	const letters = new DeadLetterBox(task, options.reading);
	const writers = openWriters(options, state);
	const restored = book.takeRestored();
	const staged = new StagedOutput(options, restored);
	const hasSettled = staged.tokens.length > 0;
	// Before anything is read: whoever had the task may have died between its commit and this.
	await staged.settle();
	const pipeline = await Pipeline.open(
		{ stage, registry, seed, tally, letters, writers, tap: options.tap, spill },
		restored,
		first?.inherited,
	);
	const inputs = openInputs(options, { pipeline, tally, letters }, checkpoint, state);
	const careful = new CarefulReading(options, checkpoint.position, suspicion);
	const retries = new Retries(options, { pipeline, tally, letters, inputs }, state.retried);
	await resetBeyondEnd(options, inputs);
	await setSeals(options, inputs);
	await setBounds(options, inputs);
	return {
		checkpoint,
		stored: acquired.position,
		tally,
		letters,
		pipeline,
		book,
		inputs,
		writers,
		careful,
		retries,
		staged,
		hasSettled,
		isDone: state.isDone,
	};
}

/** Throws STATE_CORRUPT, with the task and what to do. */
function readCheckpoint(task: TaskRef, checkpoint: Checkpoint): { readonly state: TaskState; readonly book: StateBook } {
	try {
		const state = unpackState(checkpoint.state);
		return { state, book: new StateBook(checkpoint.parts, state.parts) };
	} catch (error) {
		const failure = asWeirError(error);
		throw new WeirError(
			"STATE_CORRUPT",
			`What is stored of stage ${task.stage}, partition ${task.partition} cannot be read: ${failure.message} Restore its database from a backup, or stop the flow and deploy it anew: it then begins without what it remembered.`,
			{ cause: failure, context: { taskId: taskName(task) } },
		);
	}
}

function openWriters({ stage, plan, task, carried }: StageTaskOptions, state: TaskState): ReadonlyMap<string, ExchangeWriter> {
	const writers = new Map<string, ExchangeWriter>();
	for (const write of stage.writes) {
		const exchange = plan.exchanges.find((candidate) => candidate.id === write.exchange);
		if (exchange === undefined) throw new WeirError("INVARIANT_BROKEN", `The plan has no exchange ${write.exchange}.`);
		const told = state.told.get(exchange.id) ?? Number.NEGATIVE_INFINITY;
		const stream = exchangeStream(task.tenant, exchangeOwner(task.job, carried, exchange.id), exchange.id);
		// One stage writes an exchange, so the partition tells the producers apart, over versions too.
		writers.set(exchange.id, new ExchangeWriter(exchange, stream, String(task.partition), told));
	}
	return writers;
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

/** An earlier generation is sealed: its end is known once and for all. */
async function setSeals({ log }: StageTaskOptions, inputs: readonly TaskInput[]): Promise<void> {
	for (const input of inputs) {
		if (input.pass === undefined || input.isEnded || input.isEarlier !== true) continue;
		input.sealedAt = (await log.state(input.stream, input.partition)).last;
		if (log.compare(input.position, input.sealedAt) >= 0) input.pass();
	}
}

/** A bounded input ends at an entry that is there, so that it surely comes to it. */
async function setBounds({ log, endPosition = {} }: StageTaskOptions, inputs: readonly TaskInput[]): Promise<void> {
	for (const input of inputs) {
		const bound = input.drainTo ?? endPosition[input.place];
		if (input.isEnded || bound === undefined) continue;
		const { last } = await log.state(input.stream, input.partition);
		input.drainTo = log.compare(last, bound) < 0 ? last : bound;
		if (log.compare(input.position, input.drainTo) >= 0) input.end();
	}
}
