import { WeirError } from "@weir/errors";
import type { Checkpoint, Position } from "@weir/runtime";
import * as z from "zod";

const positionSchema = z.record(z.string(), z.string());
const countersSchema = z.record(z.string(), z.number());

/** A checkpoint as stores keep it. */
export interface StoredCheckpoint {
	readonly position: string;
	readonly state: Uint8Array;
	readonly watermark: string;
	readonly counters: string;
	/** By number, in any order. */
	readonly parts: readonly (readonly [number, Uint8Array])[];
}

/** Reads a checkpoint back. Throws STATE_CORRUPT. */
export function readCheckpoint(stored: StoredCheckpoint): Checkpoint {
	try {
		const position: Position = positionSchema.parse(JSON.parse(stored.position));
		const counters = countersSchema.parse(JSON.parse(stored.counters));
		const parts = new Map([...stored.parts].sort(([a], [b]) => a - b));
		return { position, state: stored.state, watermark: readWatermark(stored.watermark), counters, parts };
	} catch (cause) {
		throw new WeirError("STATE_CORRUPT", "A stored checkpoint cannot be read; restore it from a backup or deploy the flow anew.", {
			cause,
		});
	}
}

function readWatermark(text: string): number {
	return text === "" ? Number.NEGATIVE_INFINITY : Number(text);
}
