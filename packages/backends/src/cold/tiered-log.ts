import { readFrameHeader } from "@weir/records";
import type { Entry, EntryId, ReadRequest, StreamRef } from "@weir/runtime";
import type { MeasuredLog } from "../measured-log.ts";
import type { ColdRange, ColdStore } from "./cold-store.ts";

export interface TierOptions {
	/** A partition's ranges leave the log at most this often: a few large files cost less than many. */
	readonly sealEveryMs?: number;
	/** What came longer ago than this is forgotten for good. */
	readonly keepMs?: number;
	readonly now?: () => number;
}

type Read = Parameters<MeasuredLog["read"]>[1];

const PIECE_BYTES = 1_000_000;
/** As much as a file holds before it is compressed. */
const RANGE_BYTES = 4_000_000;
/** Share of its room above which the log does not wait for large files. */
const TIGHT_AT = 0.6;
const USE_MS = 5_000;
const OPEN_RANGES = 8;
const FOLLOWED = 8;
const DAY_MS = 86_400_000;

/** How far readers have come in a partition, as long as they read on where they were. */
interface Followed {
	ranges: readonly ColdRange[];
	/** Places that the next reads continue from; oldest first. */
	readonly next: Set<EntryId>;
}

/**
 * A log whose old records go to a cheaper store before they are trimmed, and are read back from there by whoever stands so far behind. Only
 * streams of endpoints: what is regrouped between stages is not read twice.
 */
export function tieredLog(hot: MeasuredLog, cold: ColdStore, options: TierOptions = {}): MeasuredLog {
	const log = tieredAt(hot, cold, options);
	EAGER.set(log, tieredAt(hot, cold, { ...options, sealEveryMs: 0 }));
	return log;
}

const EAGER = new WeakMap<MeasuredLog, MeasuredLog>();

/** The log for somebody who needs the room now: what is trimmed leaves it at once, whatever size the files get. */
export function eagerLog(log: MeasuredLog): MeasuredLog {
	return EAGER.get(log) ?? log;
}

function tieredAt(hot: MeasuredLog, cold: ColdStore, options: TierOptions): MeasuredLog {
	const tiers = new Tiers(hot, cold, options);
	return {
		append: (...args) => hot.append(...args),
		appendIdentified: (...args) => hot.appendIdentified(...args),
		read: (requests, read) => tiers.read(requests, read),
		state: (...args) => hot.state(...args),
		tail: (...args) => hot.tail(...args),
		compare: (a, b) => hot.compare(a, b),
		at: (...args) => tiers.at(...args),
		heldFrom: (...args) => tiers.heldFrom(...args),
		bytes: (...args) => hot.bytes(...args),
		seal: (...args) => hot.seal(...args),
		unseal: (...args) => hot.unseal(...args),
		isSealed: (...args) => hot.isSealed(...args),
		trim: (...args) => tiers.trim(...args),
		async drop(stream, partitions) {
			await hot.drop(stream, partitions);
			if (isTiered(stream)) await cold.drop(stream);
		},
		memoryUse: () => hot.memoryUse(),
		promise: () => hot.promise(),
		setDurability: (...args) => hot.setDurability(...args),
		async bury(ids) {
			await hot.bury(ids);
			await cold.bury(ids);
		},
		async eraseTenant(tenant) {
			await hot.eraseTenant(tenant);
			await cold.eraseTenant(tenant);
		},
		close: () => hot.close(),
	};
}

class Tiers {
	readonly #hot: MeasuredLog;
	readonly #cold: ColdStore;
	readonly #sealEveryMs: number;
	readonly #keepMs: number;
	readonly #now: () => number;
	readonly #followed = new Map<string, Followed>();
	readonly #sealedAtMs = new Map<string, number>();
	#use = { share: 0, atMs: Number.NEGATIVE_INFINITY };
	readonly #open = new Map<string, Promise<readonly Entry[]>>();

	constructor(hot: MeasuredLog, cold: ColdStore, { sealEveryMs = 600_000, keepMs = 30 * DAY_MS, now = Date.now }: TierOptions) {
		this.#hot = hot;
		this.#cold = cold;
		this.#sealEveryMs = sealEveryMs;
		this.#keepMs = keepMs;
		this.#now = now;
	}

	async read(requests: readonly ReadRequest[], { maxBytes, waitMs, signal }: Read): Promise<readonly (readonly Entry[])[]> {
		const old = await Promise.all(requests.map((request) => this.#readCold(request, maxBytes)));
		const isAllHot = old.every((entries) => entries === undefined);
		const rest = isAllHot ? requests : requests.filter((_, i) => old[i] === undefined);
		const wait = signal === undefined ? { maxBytes, waitMs } : { maxBytes, waitMs, signal };
		const hot = rest.length === 0 ? [] : await this.#hot.read(rest, isAllHot ? wait : { maxBytes, waitMs: 0 });
		let at = 0;
		return requests.map((request, i) => {
			const entries = old[i] ?? hot[at++] ?? [];
			this.#follow(request, entries.at(-1)?.id ?? request.after);
			return entries;
		});
	}

	/** Undefined: what comes behind the place is in the log itself. */
	async #readCold({ stream, partition, after }: ReadRequest, maxBytes: number): Promise<readonly Entry[] | undefined> {
		if (!isTiered(stream)) return undefined;
		const name = nameOf(stream, partition);
		const known = this.#followed.get(name);
		// Whoever reads on where they were holds back the trimmer; anybody else may stand before a range that was made since.
		const ranges = known?.next.has(after) === true ? known.ranges : await this.#cold.ranges(stream, partition);
		this.#followed.set(name, { ranges, next: known?.next ?? new Set() });
		const range = ranges.find(({ upTo }) => this.#hot.compare(after, upTo) < 0);
		if (range === undefined) return undefined;
		const found: Entry[] = [];
		let bytes = 0;
		for (const entry of await this.#entriesOf(stream, partition, range)) {
			if (this.#hot.compare(entry.id, after) <= 0) continue;
			bytes += entry.frame.length;
			if (found.length > 0 && bytes > maxBytes) break;
			found.push(entry);
		}
		return found.length > 0 ? found : undefined;
	}

	#follow({ stream, partition, after }: ReadRequest, next: EntryId): void {
		const known = this.#followed.get(nameOf(stream, partition));
		if (known === undefined) return;
		known.next.delete(after);
		known.next.add(next);
		const [oldest] = known.next;
		if (known.next.size > FOLLOWED && oldest !== undefined) known.next.delete(oldest);
	}

	#entriesOf(stream: StreamRef, partition: number, range: ColdRange): Promise<readonly Entry[]> {
		const name = `${nameOf(stream, partition)} ${range.upTo}`;
		const open = this.#open.get(name) ?? this.#cold.read(stream, partition, range);
		this.#open.delete(name);
		this.#open.set(name, open);
		open.catch(() => this.#open.delete(name));
		const [oldest] = this.#open.keys();
		if (this.#open.size > OPEN_RANGES && oldest !== undefined) this.#open.delete(oldest);
		return open;
	}

	async at(stream: StreamRef, partition: number, timeMs: number): Promise<EntryId> {
		const place = await this.#hot.at(stream, partition, timeMs);
		const ranges = isTiered(stream) ? await this.#cold.ranges(stream, partition) : [];
		const last = ranges.at(-1);
		// A log whose places are times knows those of what it has forgotten; another one answers with the place before its oldest entry.
		if (last === undefined || this.#hot.compare(place, last.upTo) !== 0) return place;
		const range = ranges.find(({ untilMs }) => untilMs >= timeMs);
		if (range === undefined) return place;
		let before = range.after;
		for (const { id, frame } of await this.#entriesOf(stream, partition, range)) {
			if (timeOf(frame) >= timeMs) break;
			before = id;
		}
		return before;
	}

	async heldFrom(stream: StreamRef, partition: number): Promise<number | undefined> {
		const hotMs = await this.#hot.heldFrom(stream, partition);
		if (hotMs === undefined || !isTiered(stream)) return hotMs;
		const place = await this.#cold.place(stream, partition);
		const last = (await this.#cold.ranges(stream, partition)).at(-1);
		if (place === undefined || last === undefined) return hotMs;
		return place.moving !== undefined || place.hotFromMs[last.upTo] === hotMs ? place.heldFromMs : hotMs;
	}

	async trim(stream: StreamRef, partition: number, upTo: EntryId): Promise<void> {
		if (!isTiered(stream)) return this.#hot.trim(stream, partition, upTo);
		const name = nameOf(stream, partition);
		const isDue = this.#now() - (this.#sealedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) >= this.#sealEveryMs;
		if (!isDue && !(await this.#isTight())) return;
		this.#sealedAtMs.set(name, this.#now());
		try {
			await this.#sealUpTo(stream, partition, upTo);
			await this.#forgetOld(stream, partition);
		} catch (error) {
			// A full disk of old records must not fill the log for new ones too.
			if (!(await this.#isTight())) throw error;
			await this.#hot.trim(stream, partition, upTo);
		}
	}

	/** Asked for every partition of every stream, so the answer holds for a moment. */
	async #isTight(): Promise<boolean> {
		if (this.#now() - this.#use.atMs >= USE_MS) this.#use = { share: await this.#hot.memoryUse(), atMs: this.#now() };
		return this.#use.share >= TIGHT_AT;
	}

	async #sealUpTo(stream: StreamRef, partition: number, upTo: EntryId): Promise<void> {
		const last = (await this.#cold.ranges(stream, partition)).at(-1);
		const place = await this.#cold.place(stream, partition);
		// After a death in between, the last range may still be in the log too.
		if (last !== undefined && place?.hotFromMs[last.upTo] === undefined) await this.#leaveHot(stream, partition, last);
		let after = last?.upTo ?? "";
		for (;;) {
			const { entries, isThrough } = await this.#gather(stream, partition, after, upTo);
			if (entries.length === 0) return;
			const range = await this.#cold.put(stream, partition, after, entries);
			await this.#leaveHot(stream, partition, range);
			after = range.upTo;
			if (isThrough) return;
		}
	}

	/** Entries behind a place, up to another, for one range. */
	async #gather(stream: StreamRef, partition: number, after: EntryId, upTo: EntryId): Promise<{ entries: Entry[]; isThrough: boolean }> {
		const entries: Entry[] = [];
		let bytes = 0;
		for (let at = after; bytes < RANGE_BYTES; ) {
			const [piece = []] = await this.#hot.read([{ stream, partition, after: at }], { maxBytes: PIECE_BYTES, waitMs: 0 });
			const old = piece.filter(({ id }) => this.#hot.compare(id, upTo) <= 0);
			for (const entry of old) bytes += entry.frame.length;
			entries.push(...old);
			if (old.length < piece.length || piece.length === 0) return { entries, isThrough: true };
			at = old.at(-1)?.id ?? at;
		}
		return { entries, isThrough: false };
	}

	/** Trims the log of a range that is in the store. What is held from when is noted before, so that a death in between changes nothing. */
	async #leaveHot(stream: StreamRef, partition: number, range: ColdRange): Promise<void> {
		const place = await this.#cold.place(stream, partition);
		const hotMs = await this.#hot.heldFrom(stream, partition);
		const ranges = await this.#cold.ranges(stream, partition);
		const before = ranges[ranges.findIndex(({ upTo }) => upTo === range.upTo) - 1];
		const isJoined = place?.moving === range.upTo || (before !== undefined && place?.hotFromMs[before.upTo] === hotMs);
		// Where the log forgot something that is not in the store, only what came later is held for sure.
		const heldFromMs = isJoined ? place?.heldFromMs : hotMs;
		const hotFromMs = place?.hotFromMs ?? {};
		await this.#cold.setPlace(stream, partition, { heldFromMs, hotFromMs, moving: range.upTo });
		await this.#hot.trim(stream, partition, range.upTo);
		const nowMs = await this.#hot.heldFrom(stream, partition);
		await this.#cold.setPlace(stream, partition, { heldFromMs, hotFromMs: { ...hotFromMs, [range.upTo]: nowMs ?? range.untilMs + 1 } });
	}

	async #forgetOld(stream: StreamRef, partition: number): Promise<void> {
		const oldMs = this.#now() - this.#keepMs;
		for (const range of await this.#cold.ranges(stream, partition)) {
			if (range.untilMs >= oldMs) return;
			const place = await this.#cold.place(stream, partition);
			const { [range.upTo]: behindMs, ...hotFromMs } = place?.hotFromMs ?? {};
			const heldFromMs = Math.max(place?.heldFromMs ?? 0, behindMs ?? range.untilMs + 1);
			// Noted first: that something was forgotten must not be forgotten itself.
			await this.#cold.setPlace(stream, partition, { heldFromMs, hotFromMs });
			await this.#cold.remove(stream, partition, range);
		}
	}
}

function timeOf(frame: Uint8Array): number {
	return readFrameHeader(frame).ingestTimeMs;
}

function isTiered({ stream }: StreamRef): boolean {
	return stream.startsWith("e:");
}

function nameOf({ tenant, stream }: StreamRef, partition: number): string {
	return `${tenant}/${stream}/${partition}`;
}
