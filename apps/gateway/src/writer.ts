import { isWeirError, WeirError } from "@weir/errors";
import { CODEC, encodeFrameHeader, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES, RECORD_HEADER_BYTES, visitRecords } from "@weir/records";
import type { IdentifiedRecord, Log, Producer, StreamRef } from "@weir/runtime";

const ROOM_BYTES = FRAME_LIMIT_BYTES - FRAME_HEADER_BYTES;
/** A log that was away for this long will not be back in the next moment: whoever is in a hurry is told at once. */
const LONG_AWAY_MS = 2_000;

/** Records for one partition, packed behind one another, that fit into a frame. */
export interface Piece {
	readonly partition: number;
	readonly count: number;
	readonly bytes: Uint8Array;
	/** Make a repeat harmless: one for each record. Absent: the records have none. */
	readonly messageIds?: readonly string[];
}

export interface Written {
	/** Records that are in the log now and were not before. */
	readonly accepted: number;
	readonly duplicates: number;
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

/** A piece that waits. */
interface Unit {
	readonly piece: Piece;
	/** Until when (monotonic) it is worth trying. */
	readonly until: number;
	readonly waitsWhenFull: boolean;
	settle(accepted: number, duplicates: number): void;
	fail(error: unknown): void;
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
	 * then a part may be stored all the same, and whoever repeats needs message ids.
	 * `onSealed` is told of each piece that a sealed partition refuses, in the order in which it does, and answers what became of it.
	 */
	async write(
		stream: StreamRef,
		pieces: readonly Piece[],
		patience: Patience,
		onSealed: (piece: Piece) => Promise<Written>,
	): Promise<Written> {
		let bytes = 0;
		for (const piece of pieces) bytes += piece.bytes.byteLength;
		if (this.#bytes + bytes > this.#limitBytes) {
			throw new WeirError("LOG_FULL", "The gateway holds as much as it may while the log takes its time: send again in a moment.", {
				retryAfterMs: 1_000,
			});
		}
		if (pieces.length === 0) return { accepted: 0, duplicates: 0 };
		this.#bytes += bytes;
		const until = performance.now() + (this.#isLongAway() && !patience.waitsWhenFull ? 0 : patience.ms);
		const stored = this.#enqueue(stream, pieces, until, patience.waitsWhenFull, onSealed);
		return await stored;
	}

	#enqueue(
		stream: StreamRef,
		pieces: readonly Piece[],
		until: number,
		waitsWhenFull: boolean,
		onSealed: (piece: Piece) => Promise<Written>,
	): Promise<Written> {
		return new Promise((resolve, reject) => {
			let open = pieces.length;
			let accepted = 0;
			let duplicates = 0;
			let failure: { readonly error: unknown } | undefined;
			const close = () => {
				open -= 1;
				if (open > 0) return;
				if (failure === undefined) resolve({ accepted, duplicates });
				else reject(failure.error);
			};
			const settle = (fresh: number, repeated: number) => {
				accepted += fresh;
				duplicates += repeated;
				close();
			};
			const giveUp = (error: unknown) => {
				failure ??= { error };
				close();
			};
			for (const piece of pieces) {
				const lane = this.#lane(stream, piece.partition);
				lane.units.push({
					piece,
					until,
					waitsWhenFull,
					settle: (fresh, repeated) => {
						this.#release(piece);
						settle(fresh, repeated);
					},
					fail: (error) => {
						this.#release(piece);
						if (!isWeirError(error) || error.code !== "STREAM_SEALED") giveUp(error);
						else onSealed(piece).then((written) => settle(written.accepted, written.duplicates), giveUp);
					},
				});
				this.#wake(lane);
			}
		});
	}

	#release(piece: Piece): void {
		this.#bytes -= piece.bytes.byteLength;
		if (!this.isPressed && this.#relief.length > 0) for (const relieve of this.#relief.splice(0)) relieve();
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
				const duplicates = await send();
				this.#awaySince = undefined;
				shareOut(units, duplicates);
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
	#sender(lane: Lane, units: readonly Unit[], producer: Producer): () => Promise<readonly number[]> {
		const { stream, partition } = lane;
		const header = encodeFrameHeader(CODEC.raw, this.#now());
		if (!isIdentified(units[0])) {
			const frame = Buffer.concat([header, ...units.map(({ piece }) => piece.bytes)]);
			const records = units.reduce((sum, { piece }) => sum + piece.count, 0);
			return async () => {
				await this.#log.append(stream, partition, frame, records, producer);
				return [];
			};
		}
		const identified = units.flatMap(({ piece }) => identifiedOf(piece));
		return async () => (await this.#log.appendIdentified(stream, partition, header, identified, producer)).duplicates;
	}

	#isLongAway(): boolean {
		return this.#awaySince !== undefined && performance.now() - this.#awaySince > LONG_AWAY_MS;
	}
}

/** Takes the oldest units that make one frame. */
function takeFrame(lane: Lane): readonly Unit[] {
	const [first] = lane.units;
	let bytes = 0;
	let count = 0;
	for (const unit of lane.units) {
		const size = unit.piece.bytes.byteLength;
		if (count > 0 && (isIdentified(unit) !== isIdentified(first) || bytes + size > ROOM_BYTES)) break;
		bytes += size;
		count++;
	}
	return lane.units.splice(0, count);
}

function isIdentified(unit: Unit | undefined): boolean {
	return unit?.piece.messageIds !== undefined;
}

function identifiedOf({ bytes, messageIds = [] }: Piece): readonly IdentifiedRecord[] {
	const records: IdentifiedRecord[] = [];
	visitRecords(
		bytes,
		(index, keyStart, _topic, _payload, end) => {
			records.push({ messageId: messageIds[index] ?? "", record: bytes.subarray(keyStart - RECORD_HEADER_BYTES, end) });
		},
		0,
	);
	return records;
}

/** Tells each unit how many of its records were there already. */
function shareOut(units: readonly Unit[], duplicates: readonly number[]): void {
	let from = 0;
	let next = 0;
	for (const { piece, settle } of units) {
		const end = from + piece.count;
		const before = next;
		while ((duplicates[next] ?? Number.POSITIVE_INFINITY) < end) next++;
		from = end;
		settle(piece.count - (next - before), next - before);
	}
}
