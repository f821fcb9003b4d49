import { crc32 } from "node:zlib";
import { asWeirError, WeirError, withPlace } from "@weir/errors";
import type { Operator } from "@weir/node-kit";
import { packPart, type StatePiece, unpackPart } from "./state-part.ts";
import { type StoredState, withPart } from "./stored-state.ts";

/** An operator that may keep something, and the watermark it was told last. */
export interface Keeper {
	readonly node: string;
	readonly operator: Pick<Operator, "snapshot" | "snapshotDelta">;
	readonly told: number;
}

/** What a commit adds and drops. */
export interface StateStep {
	readonly put: ReadonlyMap<number, Uint8Array>;
	readonly drop: readonly number[];
}

/** So many neighbours of one size are packed into one. */
const FAN = 16;
/** Parts of this size are never packed again. */
const FULL_BYTES = 4_000_000;
/** Changes of less than this do not make a snapshot due, however small it is. */
const LEAST_BYTES = 65_536;

interface Part {
	readonly number: number;
	readonly type: "snapshot" | "deltas";
	/** Undefined where the part is not packed again and so need not be held. */
	pieces: readonly StatePiece[] | undefined;
	readonly bytes: number;
	readonly neededUntil: number;
	/** How often its pieces were packed. */
	readonly level: number;
	/** Of a snapshot: to see that the next one is the same. */
	readonly sum: number;
}

/**
 * The stored parts of the operators of a task, and what the next commit has to change about them. A commit writes what is new: changes where
 * operators offer them, a snapshot where they do not, or where the changes have outgrown it. Neighbouring changes are packed together, so that
 * there are few parts, and each byte is written a few times at most; what nobody needs any more is dropped.
 * After a commit that did not hold the book MUST be thrown away.
 */
export class StateBook {
	readonly #parts = new Map<string, Part[]>();
	readonly #restored = new Map<string, StoredState>();
	readonly #adopted = new Map<number, Uint8Array>();
	#next = 1;

	/** `expected` are the numbers that the head of the checkpoint names. Throws STATE_CORRUPT. */
	constructor(stored: ReadonlyMap<number, Uint8Array>, expected: readonly number[]) {
		for (const number of expected) {
			const bytes = stored.get(number);
			if (bytes === undefined) throw new WeirError("STATE_CORRUPT", `Part ${number} of the stored state is missing.`);
			this.#read(number, bytes);
			this.#next = number + 1;
		}
	}

	#read(number: number, bytes: Uint8Array): void {
		try {
			const part = unpackPart(bytes);
			const { node, type, pieces } = part;
			this.#partsOf(node).push({
				number,
				type,
				pieces: type === "deltas" && bytes.length < FULL_BYTES ? pieces : undefined,
				bytes: bytes.length,
				neededUntil: latest(pieces),
				level: levelOf(pieces.length),
				sum: type === "snapshot" ? crc32(pieces[0]?.bytes ?? new Uint8Array(0)) : 0,
			});
			this.#restored.set(node, withPart(this.#restored.get(node), part));
		} catch (error) {
			throw new WeirError("STATE_CORRUPT", `Part ${number} of the stored state is damaged: ${asWeirError(error).message}`, {
				cause: error,
			});
		}
	}

	/** Begins with parts that another task stored, in their order; the first commit stores them here. */
	adopt(parts: readonly Uint8Array[]): void {
		for (const bytes of parts) {
			this.#read(this.#next, bytes);
			this.#adopted.set(this.#next++, bytes);
		}
	}

	/** What the operators are to be restored from. Forgotten once it was given: it may be large. */
	takeRestored(): ReadonlyMap<string, StoredState> {
		const restored = new Map(this.#restored);
		this.#restored.clear();
		return restored;
	}

	/** Numbers of all parts, in order: the next checkpoint is made of them. */
	get numbers(): readonly number[] {
		return [...this.#parts.values()].flatMap((parts) => parts.map((part) => part.number)).sort((a, b) => a - b);
	}

	/** Bytes stored of a node. */
	bytesOf(node: string): number {
		return (this.#parts.get(node) ?? []).reduce((sum, part) => sum + part.bytes, 0);
	}

	/** Asks the operators what changed since the last commit. */
	take(keepers: Iterable<Keeper>): StateStep {
		const put = new Map(this.#adopted);
		this.#adopted.clear();
		const drop: number[] = [];
		for (const keeper of keepers) {
			try {
				this.#takeFrom(keeper, put, drop);
			} catch (error) {
				throw withPlace(asWeirError(error), { nodeId: keeper.node });
			}
		}
		// What is packed in the same commit that made it was never stored.
		return { put, drop: drop.filter((number) => !put.delete(number)) };
	}

	#takeFrom({ node, operator, told }: Keeper, put: Map<number, Uint8Array>, drop: number[]): void {
		const parts = this.#partsOf(node);
		for (const [i, part] of [...parts.entries()].reverse()) {
			if (told > part.neededUntil) drop.push(...parts.splice(i, 1).map((gone) => gone.number));
		}
		const delta = isOutgrown(parts) ? undefined : operator.snapshotDelta?.();
		if (delta === undefined) {
			this.#takeSnapshot(node, operator, put, drop);
			return;
		}
		if (delta.bytes.length > 0)
			this.#add(node, [{ bytes: delta.bytes, neededUntil: delta.neededUntil ?? Number.POSITIVE_INFINITY }], 0, put);
		this.#pack(node, told, put, drop);
	}

	#takeSnapshot(node: string, operator: Keeper["operator"], put: Map<number, Uint8Array>, drop: number[]): void {
		const snapshot = operator.snapshot?.();
		if (snapshot === undefined) return;
		const parts = this.#partsOf(node);
		const sum = crc32(snapshot);
		const [only] = parts;
		if (parts.length === 1 && only?.type === "snapshot" && only.sum === sum) return;
		drop.push(...parts.splice(0).map((part) => part.number));
		const bytes = packPart({ node, type: "snapshot", pieces: [{ bytes: snapshot, neededUntil: Number.POSITIVE_INFINITY }] });
		const neededUntil = Number.POSITIVE_INFINITY;
		parts.push({ number: this.#next, type: "snapshot", pieces: undefined, bytes: bytes.length, neededUntil, level: 0, sum });
		put.set(this.#next++, bytes);
	}

	#add(node: string, pieces: readonly StatePiece[], level: number, put: Map<number, Uint8Array>): void {
		const bytes = packPart({ node, type: "deltas", pieces });
		const kept = bytes.length < FULL_BYTES ? pieces : undefined;
		const neededUntil = latest(pieces);
		this.#partsOf(node).push({ number: this.#next, type: "deltas", pieces: kept, bytes: bytes.length, neededUntil, level, sum: 0 });
		put.set(this.#next++, bytes);
	}

	/** Packs the newest parts of one level into one of the next, while that keeps what dies together together. */
	#pack(node: string, told: number, put: Map<number, Uint8Array>, drop: number[]): void {
		const parts = this.#partsOf(node);
		for (;;) {
			const newest = parts.slice(-FAN);
			const level = newest[0]?.level ?? 0;
			if (newest.length < FAN || newest.some((part) => part.level !== level || part.pieces === undefined)) return;
			const pieces = newest.flatMap((part) => part.pieces ?? []).filter((piece) => told <= piece.neededUntil);
			const bytes = newest.reduce((sum, part) => sum + part.bytes, 0);
			if (bytes > FULL_BYTES || !dieTogether(pieces, told)) {
				for (const part of newest) part.pieces = undefined;
				return;
			}
			drop.push(...parts.splice(-FAN).map((part) => part.number));
			this.#add(node, pieces, level + 1, put);
		}
	}

	#partsOf(node: string): Part[] {
		const known = this.#parts.get(node) ?? [];
		this.#parts.set(node, known);
		return known;
	}
}

/** The changes that only a snapshot ends have become more than the snapshot they stand behind. */
function isOutgrown(parts: readonly Part[]): boolean {
	let snapshot = 0;
	let deltas = 0;
	for (const part of parts) {
		if (part.type === "snapshot") snapshot += part.bytes;
		else if (part.neededUntil === Number.POSITIVE_INFINITY) deltas += part.bytes;
	}
	return deltas > Math.max(snapshot, LEAST_BYTES);
}

/** The oldest of them dies when at most a quarter of the time that the newest has left is over. */
function dieTogether(pieces: readonly StatePiece[], told: number): boolean {
	const last = latest(pieces);
	let first = Number.POSITIVE_INFINITY;
	for (const { neededUntil } of pieces) first = Math.min(first, neededUntil);
	return first === last || last - first <= (last - told) / 4;
}

function latest(pieces: readonly StatePiece[]): number {
	let last = Number.NEGATIVE_INFINITY;
	for (const { neededUntil } of pieces) last = Math.max(last, neededUntil);
	return last;
}

function levelOf(pieces: number): number {
	let level = 0;
	for (let most = FAN; pieces >= most; most *= FAN) level += 1;
	return level;
}
