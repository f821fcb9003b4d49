import { isWeirError, WeirError } from "@weir/errors";
import { CODEC, encodeFrameHeader, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES } from "@weir/records";
import type { Log, Producer, StreamRef } from "@weir/runtime";

const ROOM_BYTES = FRAME_LIMIT_BYTES - FRAME_HEADER_BYTES;
/** A log that was away for this long will not be back in the next moment: whoever is in a hurry is told at once. */
const LONG_AWAY_MS = 2_000;

/** A record ready for the log, and the message id that makes a repeat harmless. */
export interface PackedRecord {
	readonly bytes: Uint8Array;
	readonly messageId: string | undefined;
	/** Decides on the partition. */
	readonly key: string;
}

export interface Written {
	/** Records that are in the log now and were not before. */
	readonly accepted: number;
	readonly duplicates: number;
	/** Records that the partition does not take, as it is sealed; absent: there are none. */
	readonly sealedOut?: readonly PackedRecord[];
}

export interface WriterOptions {
	readonly log: Log;
	/** Names this process to the log; MUST be new at each start, as the numbers begin again. */
	readonly producer: string;
	/** Bytes it holds before it takes no more. */
	readonly limitBytes: number;
	readonly now?: () => number;
}

/** How long a caller waits for a log that is away, and whether it also waits while the log is full. */
export interface Patience {
	readonly ms: number;
	readonly waitsWhenFull: boolean;
}

/** What one caller wants appended to one partition, in one piece. */
interface Unit {
	readonly records: readonly PackedRecord[];
	readonly bytes: number;
	readonly isIdentified: boolean;
	/** Until when (monotonic) it is worth trying. */
	readonly until: number;
	readonly waitsWhenFull: boolean;
	readonly settle: (written: Written) => void;
	readonly fail: (error: unknown) => void;
}

interface Lane {
	readonly name: string;
	readonly stream: StreamRef;
	readonly partition: number;
	units: Unit[];
	isBusy: boolean;
}

/**
 * Group commit: one append in flight per partition, and the next takes all that has gathered, up to one frame.
 * One in flight only, because a repeat of a lost append after a newer one would count as a repeat and be left out.
 */
export class LogWriter {
	readonly #log: Log;
	readonly #producer: string;
	readonly #limitBytes: number;
	readonly #now: () => number;
	readonly #lanes = new Map<string, Lane>();
	readonly #ready: Lane[] = [];
	readonly #relief: (() => void)[] = [];
	#bytes = 0;
	#seq = 0;
	/** Since when (monotonic) the log has not answered. */
	#awaySince: number | undefined;

	constructor({ log, producer, limitBytes, now = Date.now }: WriterOptions) {
		this.#log = log;
		this.#producer = producer;
		this.#limitBytes = limitBytes;
		this.#now = now;
	}

	/** True when callers that can wait should: half of what it may hold is taken. */
	get isPressed(): boolean {
		return this.#bytes * 2 > this.#limitBytes;
	}

	get heldBytes(): number {
		return this.#bytes;
	}

	/** Resolves when it is not pressed. */
	untilRelieved(): Promise<void> {
		return this.isPressed ? new Promise((resolve) => this.#relief.push(resolve)) : Promise.resolve();
	}

	/**
	 * Resolves when every record is durable. Rejects with LOG_UNAVAILABLE or LOG_FULL when the patience is over:
	 * then a part may be stored all the same, and whoever repeats needs message ids. What a sealed partition refuses is given back, in order.
	 */
	async write(stream: StreamRef, partition: number, records: readonly PackedRecord[], patience: Patience): Promise<Written> {
		let bytes = 0;
		for (const record of records) bytes += record.bytes.byteLength;
		if (this.#bytes + bytes > this.#limitBytes) {
			throw new WeirError("LOG_FULL", "The gateway holds as much as it may while the log takes its time: send again in a moment.", {
				retryAfterMs: 1_000,
			});
		}
		const lane = this.#lane(stream, partition);
		const until = performance.now() + (this.#isLongAway() && !patience.waitsWhenFull ? 0 : patience.ms);
		const pieces = cut(records);
		const units = pieces.map(
			(piece) =>
				new Promise<Written>((settle, fail) => {
					lane.units.push({ ...piece, until, waitsWhenFull: patience.waitsWhenFull, settle, fail });
				}),
		);
		this.#bytes += bytes;
		this.#wake(lane);
		try {
			let accepted = 0;
			let duplicates = 0;
			const sealedOut: PackedRecord[] = [];
			for (const [i, outcome] of (await Promise.allSettled(units)).entries()) {
				if (outcome.status === "fulfilled") {
					accepted += outcome.value.accepted;
					duplicates += outcome.value.duplicates;
				} else if (isWeirError(outcome.reason) && outcome.reason.code === "STREAM_SEALED") sealedOut.push(...(pieces[i]?.records ?? []));
				else throw outcome.reason;
			}
			return { accepted, duplicates, ...(sealedOut.length === 0 ? {} : { sealedOut }) };
		} finally {
			this.#bytes -= bytes;
			if (!this.isPressed) for (const relieve of this.#relief.splice(0)) relieve();
		}
	}

	/** Resolves when nothing is held any more. */
	async drained(): Promise<void> {
		while (this.#lanes.size > 0) await new Promise((resolve) => setImmediate(resolve));
	}

	#lane(stream: StreamRef, partition: number): Lane {
		const name = `${stream.tenant}/${stream.stream}/${partition}`;
		let lane = this.#lanes.get(name);
		if (lane === undefined) {
			lane = { name, stream, partition, units: [], isBusy: false };
			this.#lanes.set(name, lane);
		}
		return lane;
	}

	/** What arrives in one turn of the event loop goes together. */
	#wake(lane: Lane): void {
		if (lane.isBusy) return;
		lane.isBusy = true;
		this.#ready.push(lane);
		if (this.#ready.length > 1) return;
		setImmediate(() => {
			for (const ready of this.#ready.splice(0)) void this.#run(ready);
		});
	}

	async #run(lane: Lane): Promise<void> {
		while (lane.units.length > 0) await this.#append(lane, takeFrame(lane));
		lane.isBusy = false;
		this.#lanes.delete(lane.name);
	}

	async #append(lane: Lane, units: readonly Unit[]): Promise<void> {
		const send = this.#sender(lane, units, { id: this.#producer, seq: ++this.#seq });
		let waiting = units;
		for (let attempt = 0; ; attempt++) {
			try {
				const written = await send();
				this.#awaySince = undefined;
				units.forEach((unit, index) => {
					unit.settle(written[index] ?? { accepted: 0, duplicates: 0 });
				});
				return;
			} catch (error) {
				const isAway = isWeirError(error) && error.code === "LOG_UNAVAILABLE";
				const isFull = isWeirError(error) && error.code === "LOG_FULL";
				if (isAway) this.#awaySince ??= performance.now();
				const now = performance.now();
				const isWorthIt = (unit: Unit) => (isAway || (isFull && unit.waitsWhenFull)) && now < unit.until;
				const giveUp = (all: readonly Unit[]) => {
					const [stay, go] = [all.filter(isWorthIt), all.filter((unit) => !isWorthIt(unit))];
					for (const unit of go) unit.fail(error);
					return stay;
				};
				waiting = giveUp(waiting);
				lane.units = giveUp(lane.units);
				if (waiting.length === 0) return;
				await new Promise((resolve) => setTimeout(resolve, Math.min(20 * 2 ** attempt, 250)));
			}
		}
	}

	/** The frame is made once: an append whose outcome is unknown may only be repeated as it was, under the same number. */
	#sender(lane: Lane, units: readonly Unit[], producer: Producer): () => Promise<readonly Written[]> {
		const { stream, partition } = lane;
		const records = units.flatMap((unit) => unit.records);
		const header = encodeFrameHeader(CODEC.raw, this.#now());
		if (!units[0]?.isIdentified) {
			const frame = Buffer.concat([header, ...records.map((record) => record.bytes)]);
			return async () => {
				await this.#log.append(stream, partition, frame, records.length, producer);
				return units.map((unit) => ({ accepted: unit.records.length, duplicates: 0 }));
			};
		}
		const identified = records.map(({ messageId = "", bytes }) => ({ messageId, record: bytes }));
		return async () => {
			const { duplicates } = await this.#log.appendIdentified(stream, partition, header, identified, producer);
			return shareOut(units, duplicates);
		};
	}

	#isLongAway(): boolean {
		return this.#awaySince !== undefined && performance.now() - this.#awaySince > LONG_AWAY_MS;
	}
}

/** Pieces that fit into a frame each; a piece is identified whole or not at all, as the log knows two kinds of append. */
function cut(records: readonly PackedRecord[]): readonly Pick<Unit, "records" | "bytes" | "isIdentified">[] {
	const [first] = records;
	if (first === undefined) return [];
	if (records.length === 1) return [{ records, bytes: first.bytes.byteLength, isIdentified: first.messageId !== undefined }];
	const pieces: { records: PackedRecord[]; bytes: number; isIdentified: boolean }[] = [];
	for (const record of records) {
		const isIdentified = record.messageId !== undefined;
		const size = record.bytes.byteLength;
		const last = pieces.at(-1);
		if (last !== undefined && last.isIdentified === isIdentified && last.bytes + size <= ROOM_BYTES) {
			last.records.push(record);
			last.bytes += size;
		} else pieces.push({ records: [record], bytes: size, isIdentified });
	}
	return pieces;
}

/** Takes the oldest units that make one frame. */
function takeFrame(lane: Lane): readonly Unit[] {
	const isIdentified = lane.units[0]?.isIdentified;
	let bytes = 0;
	let count = 0;
	for (const unit of lane.units) {
		if (count > 0 && (unit.isIdentified !== isIdentified || bytes + unit.bytes > ROOM_BYTES)) break;
		bytes += unit.bytes;
		count++;
	}
	return lane.units.splice(0, count);
}

/** Tells each unit how many of its records were there already. */
function shareOut(units: readonly Unit[], duplicates: readonly number[]): readonly Written[] {
	let from = 0;
	let next = 0;
	return units.map((unit) => {
		const end = from + unit.records.length;
		const before = next;
		while ((duplicates[next] ?? Number.POSITIVE_INFINITY) < end) next++;
		from = end;
		return { accepted: unit.records.length - (next - before), duplicates: next - before };
	});
}
