import { crc32 } from "node:zlib";
import { WeirError } from "@weir/errors";
import { ByteReader, ByteWriter } from "@weir/records";

/** What a task knows of one input, kept in its checkpoint. */
export interface InputState {
	/** Records of the input's partition read so far; how many the stream has more is the lag. */
	readonly records: number;
	/** Greatest event time seen (sources). */
	readonly greatest: number;
	readonly isIdle: boolean;
	/** Read to its end: a drained source, or an exchange all of whose producers have ended. */
	readonly isEnded: boolean;
	/** A drain reads up to and including this entry; undefined while nobody drains. */
	readonly drainTo: string | undefined;
	/** Of an exchange: what each producer said last. */
	readonly producers: ReadonlyMap<string, { readonly watermark: number; readonly isIdle: boolean }>;
}

/** The head of a checkpoint: everything a task needs to go on exactly, besides position, watermark, counters and the states of its operators. */
export interface TaskState {
	/** Numbers of the parts that hold the states of the operators, in order. */
	readonly parts: readonly number[];
	/** By `<stream>/<partition>`. */
	readonly inputs: ReadonlyMap<string, InputState>;
	/** Watermark last told to each exchange. */
	readonly told: ReadonlyMap<string, number>;
	/** Number of the last dead letter that was taken again. */
	readonly retried: number;
	/** The last watermark went out and the end was told: there is nothing more to do. */
	readonly isDone: boolean;
}

const VERSION = 3;

export const EMPTY_STATE: TaskState = { parts: [], inputs: new Map(), told: new Map(), retried: 0, isDone: false };

/** `u8 version, u32 crc-32 of the rest`, then the rest. */
export function packState(state: TaskState): Uint8Array {
	const writer = new ByteWriter()
		.u8(VERSION)
		.u32(0)
		.u8(state.isDone ? 1 : 0)
		.u32(state.inputs.size);
	for (const [place, input] of state.inputs) {
		writer.text(place).f64(input.records).f64(input.greatest);
		writer.u8((input.isIdle ? 1 : 0) | (input.isEnded ? 2 : 0) | (input.drainTo === undefined ? 0 : 4));
		if (input.drainTo !== undefined) writer.text(input.drainTo);
		writer.u32(input.producers.size);
		for (const [producer, { watermark, isIdle }] of input.producers)
			writer
				.text(producer)
				.f64(watermark)
				.u8(isIdle ? 1 : 0);
	}
	writer.u32(state.told.size);
	for (const [exchange, watermark] of state.told) writer.text(exchange).f64(watermark);
	writer.array(Float64Array.from(state.parts)).f64(state.retried);
	const packed = writer.finish();
	new DataView(packed.buffer).setUint32(1, crc32(packed.subarray(5)), true);
	return packed;
}

/** Reads what `packState` wrote; no bytes at all are the state of a task that has not begun. Throws STATE_CORRUPT. */
export function unpackState(bytes: Uint8Array): TaskState {
	if (bytes.length === 0) return EMPTY_STATE;
	const reader = new ByteReader(bytes);
	const version = reader.u8();
	if (version !== VERSION) {
		throw new WeirError("STATE_CORRUPT", `The checkpoint has version ${version} and this program reads version ${VERSION}.`);
	}
	if (reader.u32() !== crc32(bytes.subarray(5))) throw new WeirError("STATE_CORRUPT", "The checksum of the checkpoint is wrong.");
	const isDone = reader.u8() === 1;
	const inputs = new Map(times(reader.u32(), () => [reader.text(), readInput(reader)] as const));
	const told = new Map(times(reader.u32(), () => [reader.text(), reader.f64()] as const));
	return { parts: [...reader.float64Array()], inputs, told, retried: reader.f64(), isDone };
}

function readInput(reader: ByteReader): InputState {
	const records = reader.f64();
	const greatest = reader.f64();
	const flags = reader.u8();
	const drainTo = (flags & 4) === 0 ? undefined : reader.text();
	const producers = new Map(times(reader.u32(), () => [reader.text(), { watermark: reader.f64(), isIdle: reader.u8() === 1 }] as const));
	return { records, greatest, isIdle: (flags & 1) !== 0, isEnded: (flags & 2) !== 0, drainTo, producers };
}

function times<T>(n: number, make: () => T): T[] {
	const made: T[] = [];
	for (let i = 0; i < n; i++) made.push(make());
	return made;
}
