import type { Entry, Position, RecordPlace } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import type { InputContext, TaskInput } from "./task-input.ts";

/** Key beside a place in a position: how many records of the next entry are done. */
function skipKey(place: string): string {
	return `${place}+`;
}

/** What this process already knows of a task's records. */
export interface Suspicion {
	/** Go one by one. */
	readonly isCareful: boolean;
	/** Records found guilty. */
	readonly poison: readonly RecordPlace[];
}

export const NO_SUSPICION: Suspicion = { isCareful: false, poison: [] };

/** After one death only so many records are taken one by one: most deaths have nothing to do with records, and takeover has to be quick. */
const FIRST_LOOK_RECORDS = 200;

/**
 * Reads whole entries while all is well. After a death it takes records one by one and notes each before it is touched, so that the
 * next death names the record. A record named by two deaths in a row is set aside (I14); one death may be anybody's, a kill from outside too.
 */
export class CarefulReading {
	readonly #options: StageTaskOptions;
	readonly #skips = new Map<string, number>();
	readonly #poison = new Set<string>();
	#isCareful: boolean;
	/** The process lived: the record lies anywhere between two commits. */
	readonly #hasLived: boolean;
	#carefulLeft = Number.POSITIVE_INFINITY;
	#underWay: RecordPlace | "some" | undefined;
	#isSettled = false;
	#passedBytes = 0;

	constructor(options: StageTaskOptions, position: Position, { isCareful, poison }: Suspicion) {
		this.#options = options;
		this.#isCareful = isCareful;
		this.#hasLived = isCareful;
		for (const record of poison) this.#poison.add(keyOf(record));
		for (const [key, value] of Object.entries(position)) if (key.endsWith("+")) this.#skips.set(key.slice(0, -1), Number(value));
	}

	/** While operators are at work: the record, or "some" where whole entries were handed to them. */
	get underWay(): RecordPlace | "some" | undefined {
		return this.#underWay;
	}

	/** Nothing that a dead owner left behind is suspect any more. */
	get isSettled(): boolean {
		return this.#isSettled;
	}

	/** Starts a slice: reads what a dead owner left behind. */
	async begin(): Promise<void> {
		const { crashes, suspect } = await this.#options.crashNotes.begin(this.#options.task);
		this.#isSettled = crashes === 0 && !this.#isCareful;
		this.#passedBytes = 0;
		if (crashes >= 1 && !this.#isCareful) {
			this.#isCareful = true;
			this.#carefulLeft = crashes >= 2 ? Number.POSITIVE_INFINITY : FIRST_LOOK_RECORDS;
		}
		if (suspect !== undefined) this.#poison.add(keyOf(suspect));
	}

	async end(): Promise<void> {
		await this.#options.crashNotes.end(this.#options.task);
	}

	/** Whole entries; or record by record with a chance to commit after each. */
	async take(input: TaskInput, entries: readonly Entry[], context: InputContext, commit: () => Promise<void> | undefined): Promise<void> {
		let whole: Entry[] = [];
		for (const entry of entries) {
			if (!this.#isCareful && !this.#skips.has(input.place)) {
				whole.push(entry);
				continue;
			}
			await this.#takeWhole(input, whole, context);
			whole = [];
			await this.#takeOneByOne(input, entry, context, commit);
			if (this.#carefulLeft <= 0) this.#isCareful = false;
		}
		await this.#takeWhole(input, whole, context);
	}

	/**
	 * Counts what was read; once it is more than a commit can hold, or the end is reached, nothing is suspect any more. Until then commits are small, so
	 * that what two owners died of lies within one of them.
	 */
	async passed(bytes: number, isAtEnd: boolean): Promise<void> {
		if (this.#isSettled) return;
		this.#passedBytes += bytes;
		const { commitBytes, commitReadBytes, readBytes } = this.#options.limits;
		if (!this.#hasLived && this.#passedBytes > commitBytes + readBytes) this.#isCareful = false;
		if (!isAtEnd && this.#passedBytes <= Math.max(commitBytes, commitReadBytes) + readBytes) return;
		this.#isSettled = true;
		this.#isCareful = false;
		this.#poison.clear();
		await this.#options.crashNotes.settle(this.#options.task);
	}

	/** Part of a position: records done of entries that are not. */
	skipped(): Position {
		return Object.fromEntries([...this.#skips].map(([place, done]) => [skipKey(place), String(done)]));
	}

	async #takeWhole(input: TaskInput, entries: readonly Entry[], context: InputContext): Promise<void> {
		if (entries.length === 0) return;
		await this.#options.gate.pass();
		this.#underWay = "some";
		input.take(entries, context);
		this.#underWay = undefined;
	}

	async #takeOneByOne(input: TaskInput, entry: Entry, context: InputContext, commit: () => Promise<void> | undefined): Promise<void> {
		const { crashNotes, task, tell } = this.#options;
		const records = input.recordsIn(entry);
		for (let index = this.#skips.get(input.place) ?? 0; index < records; index++) {
			const record = { place: input.place, entry: entry.id, index };
			if (this.#poison.has(keyOf(record))) {
				input.refuseRecord(entry, index, "The program could not survive this record; it was set aside so that the flow goes on.");
				tell?.({ type: "record-isolated", ...record });
			} else {
				await this.#options.gate.alone(async () => {
					await crashNotes.suspect(task, record);
					this.#underWay = record;
					input.takeRecord(entry, index, context);
					this.#underWay = undefined;
					await crashNotes.suspect(task, undefined);
				});
			}
			this.#skips.set(input.place, index + 1);
			this.#carefulLeft -= 1;
			await commit();
		}
		this.#skips.delete(input.place);
		input.finish(entry, context);
	}
}

function keyOf(record: RecordPlace): string {
	return `${record.place}/${record.entry}#${record.index}`;
}
