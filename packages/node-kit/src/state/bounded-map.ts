import type { ByteReader, ByteWriter } from "@weir/records";
import type { KeyShare } from "./key-share.ts";
import { type KeyValue, readKey, writeKey } from "./key-values.ts";

interface Entry<V> {
	value: V;
	timeMs: number;
}

/**
 * What is known of each key, in a bounded memory: a key that nothing was heard of for `forgetAfterMs` is forgotten, and above `most` keys the
 * one that was set longest ago is given up.
 */
export class BoundedMap<V> {
	readonly #entries = new Map<KeyValue, Entry<V>>();
	readonly #most: number;
	readonly #forgetAfterMs: number;
	readonly #onGone: ((value: V) => void) | undefined;

	/** `onGone` is told of every value whose key is forgotten or given up. */
	constructor(bounds: { readonly most: number; readonly forgetAfterMs: number }, onGone?: (value: V) => void) {
		this.#most = bounds.most;
		this.#forgetAfterMs = bounds.forgetAfterMs;
		this.#onGone = onGone;
	}

	get size(): number {
		return this.#entries.size;
	}

	/** What is known of the key; undefined when it was not heard of for so long at `nowMs`. */
	get(key: KeyValue, nowMs: number): V | undefined {
		const entry = this.#entries.get(key);
		return entry === undefined || entry.timeMs + this.#forgetAfterMs < nowMs ? undefined : entry.value;
	}

	/** Answers how many keys were given up for it. */
	set(key: KeyValue, value: V, timeMs: number): number {
		this.#entries.delete(key);
		this.#entries.set(key, { value, timeMs });
		if (this.#entries.size <= this.#most) return 0;
		let given = 0;
		for (const [oldest, entry] of this.#entries) {
			if (this.#entries.size <= this.#most) break;
			this.#entries.delete(oldest);
			this.#onGone?.(entry.value);
			given += 1;
		}
		return given;
	}

	/** Lets go of keys at the front that are forgotten anyway. */
	tidy(nowMs: number): void {
		for (const [key, { timeMs, value }] of this.#entries) {
			if (timeMs + this.#forgetAfterMs >= nowMs) return;
			this.#entries.delete(key);
			this.#onGone?.(value);
		}
	}

	/** Of a share: its keys alone. */
	write(writer: ByteWriter, writeValue: (value: V) => void, share?: KeyShare): void {
		const all = [...this.#entries];
		const own = share === undefined ? all : all.filter(([key]) => share.owns(key));
		writer.u32(own.length);
		for (const [key, { value, timeMs }] of own) {
			writeKey(writer, key);
			writer.f64(timeMs);
			writeValue(value);
		}
	}

	/** Reads what `write` wrote, beside what is there. Throws STATE_CORRUPT. */
	read(reader: ByteReader, readValue: () => V): void {
		const isEmpty = this.#entries.size === 0;
		for (let left = reader.u32(); left > 0; left--) {
			const key = readKey(reader);
			const timeMs = reader.f64();
			this.#entries.set(key, { value: readValue(), timeMs });
		}
		if (isEmpty) return;
		const inOrder = [...this.#entries].sort(([, a], [, b]) => a.timeMs - b.timeMs);
		this.#entries.clear();
		for (const [key, entry] of inOrder) this.#entries.set(key, entry);
	}
}
