const WORDS_OF_BLOCK = 8;
const BITS_OF_BLOCK = WORDS_OF_BLOCK * 32;
const BITS_OF_KEY = 12;
/** One odd number for each word of a block, as the format of Parquet has them. */
const SALT = Int32Array.of(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31);

/**
 * Says of a key that it was surely never added, or that it may have been: of two hundred that were not, about one. A split block Bloom filter:
 * one block of 256 bits for a key, one bit of it in each of eight words, so a question is one miss of the cache. Formula: "Parquet Bloom Filter"
 * (github.com/apache/parquet-format/blob/master/BloomFilter.md), after Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters" (2007).
 */
export class KeyFilter {
	readonly #words: Int32Array;
	readonly #blocks: number;

	/** For about so many keys. */
	constructor(keys: number) {
		this.#blocks = Math.max(1, Math.ceil((keys * BITS_OF_KEY) / BITS_OF_BLOCK));
		this.#words = new Int32Array(this.#blocks * WORDS_OF_BLOCK);
	}

	get bytes(): number {
		return this.#words.byteLength;
	}

	/** A key by two hashes that have nothing to do with each other. */
	add(first: number, second: number): void {
		const at = this.#blockOf(first);
		for (let i = 0; i < WORDS_OF_BLOCK; i++) {
			this.#words[at + i] = (this.#words[at + i] as number) | (1 << (Math.imul(second, SALT[i] as number) >>> 27));
		}
	}

	mayHave(first: number, second: number): boolean {
		const words = this.#words;
		const at = this.#blockOf(first);
		for (let i = 0; i < WORDS_OF_BLOCK; i++) {
			if ((((words[at + i] as number) >>> (Math.imul(second, SALT[i] as number) >>> 27)) & 1) === 0) return false;
		}
		return true;
	}

	#blockOf(first: number): number {
		return Math.floor(((first >>> 0) / 4_294_967_296) * this.#blocks) * WORDS_OF_BLOCK;
	}
}
