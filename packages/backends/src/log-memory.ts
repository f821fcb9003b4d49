import { WeirError } from "@weir/errors";
import type { LogPromise } from "@weir/jobs";
import type { Entry, EntryId, IdentifiedRecord, PartitionState, Producer, ReadRequest, StreamRef } from "@weir/runtime";
import { familyOf } from "./log-keys.ts";
import type { MeasuredLog } from "./measured-log.ts";
import { gone, sealed } from "./sealed.ts";

interface Partition {
	entries: Entry[];
	last: number;
	records: number;
	/** When each entry that is kept was appended. */
	times: number[];
	heldFromMs: number | undefined;
	isSealed: boolean;
	readonly answers: Map<string, { readonly seq: number; readonly answer: Answer }>;
}

interface Answer {
	readonly id: EntryId;
	readonly accepted: number;
	readonly duplicates: readonly number[];
}

export interface MemoryLogOptions {
	/** Bytes of frames it keeps before it says LOG_FULL. */
	readonly limitBytes?: number;
	/** How long a message id is remembered, and the clock that says so. */
	readonly horizonMs?: number;
	readonly now?: () => number;
}

/** The log without a disk, for tests and previews: the same order, repeats and limits as the real ones. */
export function createMemoryLog(options: MemoryLogOptions = {}): MeasuredLog {
	return new MemoryLog(options);
}

class MemoryLog implements MeasuredLog {
	readonly #partitions = new Map<string, Partition>();
	readonly #seen = new Map<string, Map<string, number>>();
	readonly #buried = new Set<string>();
	readonly #wakers = new Set<() => void>();
	readonly #limitBytes: number;
	readonly #horizonMs: number;
	readonly #now: () => number;
	#keptBytes = 0;
	#isClosed = false;

	constructor({ limitBytes = 256 * 1024 * 1024, horizonMs = 86_400_000, now = Date.now }: MemoryLogOptions) {
		this.#limitBytes = limitBytes;
		this.#horizonMs = horizonMs;
		this.#now = now;
	}

	async append(stream: StreamRef, partition: number, frame: Uint8Array, records: number, producer: Producer): Promise<EntryId> {
		const place = this.#writable(stream, partition);
		const before = answered(place, producer);
		if (before !== undefined) return before.id;
		if (place.isSealed) throw sealed();
		const id = this.#write(place, frame, records);
		place.answers.set(producer.id, { seq: producer.seq, answer: { id, accepted: records, duplicates: [] } });
		return id;
	}

	async appendIdentified(
		stream: StreamRef,
		partition: number,
		header: Uint8Array,
		records: readonly IdentifiedRecord[],
		producer: Producer,
	): Promise<{ readonly accepted: number; readonly duplicates: readonly number[] }> {
		const place = this.#writable(stream, partition);
		const before = answered(place, producer);
		if (before !== undefined) return { accepted: before.accepted, duplicates: before.duplicates };
		if (place.isSealed) throw sealed();
		const seen = this.#seenBy(stream);
		const parts: Uint8Array[] = [header];
		const duplicates: number[] = [];
		const fresh = new Set<string>();
		for (const [index, { messageId, record }] of records.entries()) {
			if (fresh.has(messageId) || seen.has(messageId)) duplicates.push(index);
			else {
				fresh.add(messageId);
				parts.push(record);
			}
		}
		const id = fresh.size === 0 ? "" : this.#write(place, Buffer.concat(parts), fresh.size);
		for (const messageId of fresh) seen.set(messageId, this.#now());
		place.answers.set(producer.id, { seq: producer.seq, answer: { id, accepted: fresh.size, duplicates } });
		return { accepted: fresh.size, duplicates };
	}

	async read(
		requests: readonly ReadRequest[],
		{ maxBytes, waitMs, signal }: { readonly maxBytes: number; readonly waitMs: number; readonly signal?: AbortSignal },
	): Promise<readonly (readonly Entry[])[]> {
		const until = performance.now() + waitMs;
		for (;;) {
			if (this.#isClosed) throw closed();
			const found = requests.map((request) => this.#after(request, maxBytes));
			const left = until - performance.now();
			if (left <= 0 || signal?.aborted || found.some((entries) => entries.length > 0)) return found;
			await this.#sleep(left, signal);
		}
	}

	async state(stream: StreamRef, partition: number): Promise<PartitionState> {
		const { entries, last, records } = this.#partition(stream, partition);
		return { first: entries[0]?.id, last: last === 0 ? "" : String(last), records };
	}

	async tail(stream: StreamRef, partition: number, entries: number): Promise<readonly Entry[]> {
		return this.#partition(stream, partition).entries.slice(-entries).reverse();
	}

	compare(a: EntryId, b: EntryId): number {
		return Math.sign(Number(a || -1) - Number(b || -1));
	}

	async at(stream: StreamRef, partition: number, timeMs: number): Promise<EntryId> {
		const { entries, times, last } = this.#partition(stream, partition);
		const later = times.findIndex((appendedAt) => appendedAt >= timeMs);
		const before = later < 0 ? last : Number(entries[later]?.id ?? last) - 1;
		return before === 0 ? "" : String(before);
	}

	async trim(stream: StreamRef, partition: number, upTo: EntryId): Promise<void> {
		const place = this.#partition(stream, partition);
		const kept = place.entries.filter((entry) => this.compare(entry.id, upTo) > 0);
		const gone = place.entries.length - kept.length;
		if (gone > 0) place.heldFromMs = (place.times[gone - 1] ?? 0) + 1;
		this.#keep(place, kept);
	}

	async heldFrom(stream: StreamRef, partition: number): Promise<number | undefined> {
		return this.#partition(stream, partition).heldFromMs;
	}

	async seal(stream: StreamRef, partition: number): Promise<void> {
		this.#partition(stream, partition).isSealed = true;
	}

	async unseal(stream: StreamRef, partition: number): Promise<void> {
		this.#partition(stream, partition).isSealed = false;
	}

	async isSealed(stream: StreamRef, partition: number): Promise<boolean> {
		return this.#partition(stream, partition).isSealed;
	}

	async drop(stream: StreamRef, partitions: number): Promise<void> {
		for (let partition = 0; partition < partitions; partition++) {
			this.#keep(this.#partition(stream, partition), []);
			this.#partitions.delete(nameOf(stream, partition));
		}
		if (familyOf(stream) === stream) this.#seen.delete(nameOf(stream, -1));
	}

	async memoryUse(): Promise<number> {
		return this.#keptBytes / this.#limitBytes;
	}

	async bytes(stream: StreamRef, partition: number): Promise<number> {
		return sizeOf(this.#partition(stream, partition).entries);
	}

	async promise(): Promise<LogPromise> {
		const reason = "This log is kept in the memory of its process alone.";
		return { log: "memory", usual: "memory", refused: { fsync: reason, replicated: reason } };
	}

	async setDurability(): Promise<void> {}

	async close(): Promise<void> {
		this.#isClosed = true;
		this.#wake();
	}

	async bury(ids: readonly string[]): Promise<void> {
		for (const id of ids) this.#buried.add(id);
	}

	async eraseTenant(tenant: string): Promise<void> {
		await this.bury([tenant]);
		for (const places of [this.#partitions, this.#seen]) {
			for (const name of places.keys()) if (name.startsWith(`${tenant}/`)) places.delete(name);
		}
	}

	#writable(stream: StreamRef, partition: number): Partition {
		const place = this.#partition(stream, partition);
		const isNew = place.records === 0;
		if (isNew && (this.#buried.has(stream.tenant) || this.#buried.has(familyOf(stream).stream.slice("e:".length)))) throw gone();
		return place;
	}

	#write(place: Partition, frame: Uint8Array, records: number): EntryId {
		if (this.#keptBytes + frame.byteLength > this.#limitBytes) {
			throw new WeirError("LOG_FULL", "The log in memory is full: give it a higher limit, or read and trim it.", { retryAfterMs: 1_000 });
		}
		place.last++;
		place.records += records;
		place.times.push(this.#now());
		this.#keptBytes += frame.byteLength;
		const id = String(place.last);
		place.entries.push({ id, frame: frame.slice() });
		this.#wake();
		return id;
	}

	#after({ stream, partition, after }: ReadRequest, maxBytes: number): readonly Entry[] {
		const found: Entry[] = [];
		let bytes = 0;
		for (const entry of this.#partition(stream, partition).entries) {
			if (this.compare(entry.id, after) <= 0) continue;
			bytes += entry.frame.byteLength;
			if (found.length > 0 && bytes > maxBytes) break;
			found.push(entry);
		}
		return found;
	}

	#keep(place: Partition, entries: Entry[]): void {
		this.#keptBytes += sizeOf(entries) - sizeOf(place.entries);
		place.times = place.times.slice(place.times.length - entries.length);
		place.entries = entries;
	}

	#partition(stream: StreamRef, partition: number): Partition {
		if (this.#isClosed) throw closed();
		const name = nameOf(stream, partition);
		let place = this.#partitions.get(name);
		if (place === undefined) {
			place = { entries: [], last: 0, records: 0, times: [], heldFromMs: undefined, isSealed: false, answers: new Map() };
			this.#partitions.set(name, place);
		}
		return place;
	}

	#seenBy(stream: StreamRef): Map<string, number> {
		const name = nameOf(familyOf(stream), -1);
		const seen = this.#seen.get(name) ?? new Map<string, number>();
		this.#seen.set(name, seen);
		// Oldest first, as a Map keeps them in the order they came.
		for (const [messageId, at] of seen) {
			if (at >= this.#now() - this.#horizonMs) break;
			seen.delete(messageId);
		}
		return seen;
	}

	#sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve) => {
			const wake = () => {
				clearTimeout(timer);
				this.#wakers.delete(wake);
				signal?.removeEventListener("abort", wake);
				resolve();
			};
			const timer = setTimeout(wake, ms);
			this.#wakers.add(wake);
			signal?.addEventListener("abort", wake, { once: true });
		});
	}

	#wake(): void {
		for (const wake of [...this.#wakers]) wake();
	}
}

function sizeOf(entries: readonly Entry[]): number {
	return entries.reduce((sum, entry) => sum + entry.frame.byteLength, 0);
}

function answered(place: Partition, producer: Producer): Answer | undefined {
	const before = place.answers.get(producer.id);
	return before !== undefined && before.seq >= producer.seq ? before.answer : undefined;
}

function nameOf(stream: StreamRef, partition: number): string {
	return `${stream.tenant}\n${stream.stream}\n${partition}`;
}

function closed(): WeirError {
	return new WeirError("LOG_UNAVAILABLE", "The log in memory was closed: open a new one.");
}
