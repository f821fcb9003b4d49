import type { Log } from "./ports.ts";
import { countRange } from "./range.ts";
import type { TaskInput } from "./task-input.ts";

/** So much is read to say how many records lie behind a place in the midst of a stream; what is more is reckoned. */
const COUNT_BYTES = 512_000;

/** How many records of its inputs a task has not read yet. */
export class Lag {
	readonly #log: Log;
	readonly #inputs: readonly TaskInput[];
	/** Inputs that began in the midst of a stream: how many records came before is not known. */
	readonly #unknown: Set<TaskInput>;
	/** Records up to the end of an input that has one. */
	readonly #ends = new Map<TaskInput, number>();
	#isCalibrated = false;

	constructor(log: Log, inputs: readonly TaskInput[]) {
		this.#log = log;
		this.#inputs = inputs;
		const isSource = ({ stream }: TaskInput) => stream.stream.startsWith("e:");
		const isMidway = ({ records, position, drainTo }: TaskInput) => drainTo !== undefined || (records === 0 && position !== "");
		this.#unknown = new Set(inputs.filter((input) => isSource(input) && isMidway(input)));
	}

	/** `isAtEnd`: nothing was there at the last look, so the log need not be asked again once it is known where that was. */
	async records(isAtEnd: boolean): Promise<number> {
		if (isAtEnd && this.#isCalibrated) return 0;
		let lag = 0;
		let known = 0;
		for (const input of this.#inputs) {
			if (input.isEnded) {
				known += 1;
				continue;
			}
			const state = await this.#log.state(input.stream, input.partition);
			if (this.#unknown.has(input)) await this.#count(input, state);
			const end = this.#ends.get(input);
			if (end !== undefined) lag += Math.max(0, end - input.records);
			else if (input.position === state.last) {
				input.records = state.records;
				known += 1;
			} else lag += Math.max(0, state.records - input.records);
		}
		if (known === this.#inputs.length) this.#isCalibrated = true;
		return Math.round(lag);
	}

	/** What is read meanwhile is counted by the input itself. */
	async #count(input: TaskInput, { last, records }: { readonly last: string; readonly records: number }): Promise<void> {
		const { stream, partition, place, position: after, records: before, drainTo } = input;
		const upTo = drainTo === undefined || this.#log.compare(last, drainTo) < 0 ? last : drainTo;
		const limits = { bytesEach: COUNT_BYTES, toMs: Number.POSITIVE_INFINITY };
		const behind = (await countRange(this.#log, [{ stream, partition, place, after, upTo }], limits)).records;
		if (drainTo === undefined) input.records += records - behind - before;
		else this.#ends.set(input, before + behind);
		this.#unknown.delete(input);
	}
}
