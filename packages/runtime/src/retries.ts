import { createReader } from "@weir/formats";
import { counterOf } from "@weir/jobs";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import type { DeadLetterBox } from "./dead-letter-box.ts";
import type { Pipeline } from "./pipeline.ts";
import { sourcePlaces } from "./source-places.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import type { Tally } from "./tally.ts";
import type { InputContext, TaskInput } from "./task-input.ts";
import { placeKey } from "./task-name.ts";

/** A dead letter that a task is to take again. */
export interface RetryLetter {
	/** Its place in the order of retries; grows. */
	readonly seq: number;
	readonly node: string;
	readonly raw: Uint8Array;
	/** The row as the node got it; undefined where it was no row yet. */
	readonly row: string | undefined;
	readonly key: string | undefined;
	readonly position: string | undefined;
	readonly eventTimeMs: number;
}

/** Where a task finds the dead letters it is to take again. How far it has come is part of its checkpoint, so each is taken once. */
export interface RetrySource {
	/** Greatest number given out for the job, as far as is known: asked often. */
	newest(): number;
	/** The task's letters behind this number, in order; some at a time. */
	pending(after: number): Promise<readonly RetryLetter[]>;
	/** Those up to this number are through: the commit that took them holds. */
	settle(upTo: number): Promise<void>;
}

export interface RetriesParts {
	readonly pipeline: Pipeline;
	readonly tally: Tally;
	readonly letters: DeadLetterBox;
	readonly inputs: readonly TaskInput[];
}

/** Takes dead letters again: bytes by their source, rows by the node that had refused them. What fails again is a new dead letter. */
export class Retries {
	readonly #options: StageTaskOptions;
	readonly #parts: RetriesParts;
	#retried: number;
	#committed: number;
	#settled = 0;
	#seen: number;

	constructor(options: StageTaskOptions, parts: RetriesParts, retried: number) {
		this.#options = options;
		this.#parts = parts;
		this.#retried = retried;
		this.#committed = retried;
		this.#seen = retried;
	}

	/** Number of the last letter taken. */
	get retried(): number {
		return this.#retried;
	}

	/** A commit holds everything taken so far. */
	committed(): void {
		this.#committed = this.#retried;
	}

	/** Takes some of the letters that wait. False: there were none. */
	async take(context: InputContext): Promise<boolean> {
		const source = this.#options.retries;
		const newest = source?.newest() ?? 0;
		if (source === undefined || newest === 0) return false;
		if (this.#committed > this.#settled) {
			await source.settle(this.#committed);
			this.#settled = this.#committed;
		}
		if (newest <= this.#seen) return false;
		const letters = await source.pending(this.#retried);
		for (const letter of letters) {
			this.#takeOne(letter, context);
			this.#retried = letter.seq;
		}
		if (letters.length === 0) this.#seen = newest;
		return letters.length > 0;
	}

	#takeOne(letter: RetryLetter, context: InputContext): void {
		const { endpoints, stage, task } = this.#options;
		const endpoint = endpoints[letter.node];
		if (endpoint === undefined) {
			this.#takeRow(letter, context);
			return;
		}
		const planned = stage.inputs.find((candidate) => candidate.type === "source" && candidate.node === letter.node);
		const newest = planned?.type === "source" ? sourcePlaces(task.tenant, endpoint, planned, task.partition).at(-1) : undefined;
		const place = newest === undefined ? undefined : placeKey(newest.stream, newest.partition);
		const input = this.#parts.inputs.find((candidate) => candidate.place === place);
		if (input === undefined || !stage.nodes.some((node) => node.id === letter.node)) return;
		input.takeRecords({ id: `again-${letter.seq}`, frame: frameOf(letter, letter.raw) }, 0, 1, context);
		// It is none of the stream's: how much of that is read does not change.
		input.records -= 1;
	}

	#takeRow(letter: RetryLetter, context: InputContext): void {
		const { pipeline, tally, letters } = this.#parts;
		const node = this.#options.stage.nodes.find((candidate) => candidate.id === letter.node);
		if (node === undefined || letter.row === undefined) return;
		tally.add(counterOf(node.id, "retried"), 1);
		const reader = createReader({ format: "json", schema: node.input }, (failure) => {
			tally.add(counterOf(node.id, "in"), 1);
			tally.add(counterOf(node.id, "dead"), 1);
			letters.add(node.id, { ...failure, row: letter.row, eventTimeMs: letter.eventTimeMs });
		});
		// A place of its own: should it be refused again, that is another dead letter.
		reader.add(frameOf(letter, Buffer.from(letter.row)), `${letter.position ?? "again"}~${letter.seq}`, context.watermark());
		if (reader.rows === 0) return;
		const batch = reader.batch();
		batch.ingestTimes.fill(this.#options.clock.now());
		pipeline.entryOfNode(node.id)(batch);
	}
}

/** Its event time stands where that of receipt would: without an event-time field a reader takes that. */
function frameOf({ key, eventTimeMs }: RetryLetter, payload: Uint8Array): Uint8Array {
	return encodeRawFrame(eventTimeMs, [encodeRecord({ key: key ?? "", topic: "", payload })]);
}
