import type { KeyWords } from "./key-words.ts";
import type { PackedKeys } from "./stored-keys.ts";

/** Keys that are new since they were stored last. */
export class KeyJournal {
	readonly #keys: KeyWords;
	readonly #mostKeys: number;
	#words = new Int32Array(0);
	#lanes = new Uint8Array(0);
	#times = new Float64Array(0);
	#count = 0;
	#isFull = false;

	/** Above `mostKeys` it is no longer worth while: whoever asks gets everything. */
	constructor(keys: KeyWords, mostKeys: number) {
		this.#keys = keys;
		this.#mostKeys = mostKeys;
	}

	/** Keys noted. */
	get count(): number {
		return this.#count;
	}

	/** The words of those keys. Whoever gives texts other numbers changes them here too. */
	get words(): Int32Array {
		return this.#words.subarray(0, this.#count * this.#keys.width);
	}

	/** Bytes of memory it takes. */
	get bytes(): number {
		return this.#words.byteLength + this.#lanes.byteLength + this.#times.byteLength;
	}

	/** There were too many: only the whole table knows them all. */
	get isFull(): boolean {
		return this.#isFull;
	}

	clear(): void {
		this.#count = 0;
		this.#isFull = false;
	}

	/** Forgets what it knows, and says so. */
	giveUp(): void {
		this.#count = 0;
		this.#isFull = true;
	}

	/** Takes the `found` rows of the last load that `fresh` names. */
	note(fresh: Int32Array, found: number, selection: Int32Array, eventTimes: Float64Array): void {
		if (this.#isFull || found === 0) return;
		if (this.#count + found > this.#mostKeys) {
			this.giveUp();
			return;
		}
		this.#grow(this.#count + found);
		const { words, width, nulls, lanes } = this.#keys;
		const into = this.#words;
		const intoLanes = this.#lanes;
		const intoTimes = this.#times;
		let count = this.#count;
		for (let k = 0; k < found; k++) {
			const i = fresh[k] as number;
			if (nulls[i] === 1) continue;
			for (let word = 0; word < width; word++) into[count * width + word] = words[i * width + word] as number;
			intoLanes[count] = lanes[i] as number;
			intoTimes[count] = eventTimes[selection[i] as number] as number;
			count += 1;
		}
		this.#count = count;
	}

	/** What was noted, in memory that is used again; forgets it. */
	take(): Required<PackedKeys> {
		const count = this.#count;
		this.clear();
		return { count, times: this.#times, words: this.#words, lanes: this.#lanes };
	}

	#grow(count: number): void {
		if (count <= this.#times.length) return;
		const capacity = Math.max(count, this.#times.length * 2, 256);
		const words = new Int32Array(capacity * this.#keys.width);
		words.set(this.#words);
		const lanes = new Uint8Array(capacity);
		lanes.set(this.#lanes);
		const times = new Float64Array(capacity);
		times.set(this.#times);
		this.#words = words;
		this.#lanes = lanes;
		this.#times = times;
	}
}
