import type { Entry, Position, RecordPlace, RecordRange } from "./ports.ts";
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

/** So many records are under way together after a death: next to nothing for each of them, and the next death leaves few to choose from. */
const PIECE_RECORDS = 32;

const REFUSAL = "The program could not survive this record; it was set aside so that the flow goes on.";

/**
 * Reads whole entries while all is well. After a death it takes them in small pieces and notes each before it is touched: the next death names
 * a piece, and whoever comes then takes the records of that piece one by one. A record that was alone under way at a death, and among those under
 * way at one before, is set aside (I14): the third death that it caused is the last. One death may be anybody's, a kill from outside too.
 */
export class CarefulReading {
	readonly #options: StageTaskOptions;
	readonly #skips = new Map<string, number>();
	readonly #poison = new Set<string>();
	/** The process lived: the record lies anywhere between two commits. */
	#isOneByOne: boolean;
	#isWary = false;
	/** What was under way when owners died. */
	#named: readonly RecordRange[] = [];
	#underWay: RecordPlace | "some" | undefined;
	#isSettled = false;
	#hasBegun = false;
	#passedBytes = 0;

	constructor(options: StageTaskOptions, position: Position, { isCareful, poison }: Suspicion) {
		this.#options = options;
		this.#isOneByOne = isCareful;
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

	/** Starts a slice: reads what dead owners left behind. */
	async begin(): Promise<void> {
		const { crashes, named } = await this.#options.crashNotes.begin(this.#options.task);
		this.#hasBegun = true;
		const wasWary = this.#isWary;
		this.#isWary = crashes > 0;
		this.#isSettled = !this.#isWary && !this.#isOneByOne;
		// What lies behind may have been read in slices before this one.
		if (!wasWary) this.#passedBytes = 0;
		this.#named = named;
		for (const [i, { place, first, last }] of named.entries()) {
			const isAlone = first.entry === last.entry && first.index === last.index;
			if (isAlone && named.slice(0, i).some((before) => this.#isWithin(before, place, first.entry, first.index)))
				this.#poison.add(keyOf({ place, ...first }));
		}
	}

	/** Ends what was begun: the process lives. */
	async end(): Promise<void> {
		if (!this.#hasBegun) return;
		this.#hasBegun = false;
		const { crashNotes, task } = this.#options;
		// The next slice has to know, here or elsewhere: what killed may be still ahead.
		await (this.#isWary ? crashNotes.rest(task) : crashNotes.end(task));
	}

	/** Whole entries; or pieces with a chance to commit after each. */
	async take(input: TaskInput, entries: readonly Entry[], context: InputContext, commit: () => Promise<void> | undefined): Promise<void> {
		const isAtOnce = !this.#isWary && !this.#isOneByOne;
		let run: Entry[] = [];
		let records = 0;
		const takeRun = async () => {
			const [first, last] = [run[0], run.at(-1)];
			if (first === undefined || last === undefined) return;
			const act = () => input.take(run, context);
			if (isAtOnce) await this.#options.gate.inTurn(() => this.#process("some", act));
			else {
				const end = { entry: last.id, index: Number.MAX_SAFE_INTEGER };
				await this.#processNoted({ place: input.place, first: { entry: first.id, index: 0 }, last: end }, "some", act);
			}
			run = [];
			records = 0;
			if (!isAtOnce) await commit();
		};
		for (const entry of entries) {
			const isWhole = !this.#skips.has(input.place) && (isAtOnce || this.#isFree(input, entry));
			const size = isAtOnce || !isWhole ? 0 : input.recordsIn(entry);
			if (!isWhole || records + size > PIECE_RECORDS) await takeRun();
			if (isWhole && size <= PIECE_RECORDS) {
				run.push(entry);
				records += size;
			} else await this.#takeInPieces(input, entry, context, commit);
		}
		await takeRun();
	}

	/**
	 * Counts what was read; once it is more than a commit can hold, or the end is reached, nothing is suspect any more. Until then commits are small, so
	 * that what two owners died of lies within one of them.
	 */
	async passed(bytes: number, isAtEnd: boolean): Promise<void> {
		if (this.#isSettled) return;
		this.#passedBytes += bytes;
		const { commitBytes, commitReadBytes, readBytes } = this.#options.limits;
		if (!isAtEnd && this.#passedBytes <= Math.max(commitBytes, commitReadBytes) + readBytes) return;
		this.#isSettled = true;
		this.#isOneByOne = false;
		this.#isWary = false;
		this.#named = [];
		this.#poison.clear();
		await this.#options.crashNotes.settle(this.#options.task);
	}

	/** Part of a position: records done of entries that are not. */
	skipped(): Position {
		return Object.fromEntries([...this.#skips].map(([place, done]) => [skipKey(place), String(done)]));
	}

	async #takeInPieces(input: TaskInput, entry: Entry, context: InputContext, commit: () => Promise<void> | undefined): Promise<void> {
		const { place } = input;
		const records = input.recordsIn(entry);
		for (let from = this.#skips.get(place) ?? 0; from < records; ) {
			const to = from + this.#pieceFrom(place, entry.id, from, records);
			const record = { place, entry: entry.id, index: from };
			if (this.#poison.has(keyOf(record))) {
				input.refuseRecord(entry, from, REFUSAL);
				this.#options.tell?.({ type: "record-isolated", ...record });
			} else {
				const range = { place, first: { entry: entry.id, index: from }, last: { entry: entry.id, index: to - 1 } };
				await this.#processNoted(range, to - from === 1 ? record : "some", () => input.takeRecords(entry, from, to, context));
			}
			this.#skips.set(place, to);
			from = to;
			await commit();
		}
		this.#skips.delete(place);
		input.finish(entry, context);
	}

	/** How many records may be under way together from this one on. */
	#pieceFrom(place: string, entry: string, from: number, records: number): number {
		if (this.#isOneByOne || this.#isNamed(place, entry, from)) return 1;
		let to = from + 1;
		while (to < records && to - from < PIECE_RECORDS && !this.#isNamed(place, entry, to)) to += 1;
		return to - from;
	}

	/** No record of it was under way at a death. */
	#isFree({ place }: TaskInput, { id }: Entry): boolean {
		const { log } = this.#options;
		return (
			!this.#isOneByOne &&
			!this.#named.some(
				(range) => range.place === place && log.compare(range.first.entry, id) <= 0 && log.compare(id, range.last.entry) <= 0,
			)
		);
	}

	#isNamed(place: string, entry: string, index: number): boolean {
		return this.#named.some((range) => this.#isWithin(range, place, entry, index));
	}

	#isWithin({ place, first, last }: RecordRange, where: string, entry: string, index: number): boolean {
		if (place !== where) return false;
		const { log } = this.#options;
		const [afterFirst, beforeLast] = [log.compare(entry, first.entry), log.compare(entry, last.entry)];
		return (afterFirst > 0 || (afterFirst === 0 && index >= first.index)) && (beforeLast < 0 || (beforeLast === 0 && index <= last.index));
	}

	/** Alone in the process, so that a death can only be theirs. */
	async #processNoted(range: RecordRange, what: RecordPlace | "some", act: () => void): Promise<void> {
		const { crashNotes, task, gate } = this.#options;
		await gate.alone(async () => {
			await crashNotes.suspect(task, range);
			this.#process(what, act);
			await crashNotes.suspect(task, undefined);
		});
	}

	#process(what: RecordPlace | "some", act: () => void): void {
		this.#underWay = what;
		act();
		this.#underWay = undefined;
	}
}

function keyOf(record: RecordPlace): string {
	return `${record.place}/${record.entry}#${record.index}`;
}
