import { CODEC, encodeRecord, FRAME_HEADER_BYTES, FRAME_LIMIT_BYTES, partitionOf, writeFrameHeader } from "@weir/records";

const encoder = new TextEncoder();

/** mulberry32: the same fleet at every run. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}

export interface FleetOptions {
	readonly events: number;
	readonly devices: number;
	/** Part of the events that is sent twice. */
	readonly duplicates: number;
	/** Event times are up to so much out of order. */
	readonly disorderMs: number;
	/** Milliseconds of event time between two events. */
	readonly stepMs: number;
	/** Put before the name of every field. */
	readonly prefix?: string;
	/** Only devices whose records lie in this one of so many partitions. */
	readonly partition?: { readonly number: number; readonly of: number };
}

/** The reference fleet: 133 bytes of JSON an event. */
export const REFERENCE_FLEET: FleetOptions = { events: 1_000_000, devices: 10_000, duplicates: 0.05, disorderMs: 800, stepMs: 0.1 };

function deviceIds({ devices, partition }: FleetOptions): readonly string[] {
	const ids: string[] = [];
	for (let device = 0; ids.length < devices; device++) {
		const id = `dev-${String(device).padStart(6, "0")}`;
		if (partition === undefined || partitionOf(id, partition.of) === partition.number) ids.push(id);
	}
	return ids;
}

/** A fleet's posts as raw frames, as the doors pack them into the log. */
export function makeFrames(options: FleetOptions): { readonly frames: readonly Uint8Array[]; readonly jsonBytes: number } {
	const random = randomOf(1);
	const { prefix = "" } = options;
	const ids = deviceIds(options);
	const sequences = new Int32Array(ids.length);
	const frames: Uint8Array[] = [];
	let packed: Uint8Array[] = [];
	let size = FRAME_HEADER_BYTES;
	let jsonBytes = 0;
	let last: Uint8Array | undefined;
	let now = Date.UTC(2026, 4, 1, 10);

	function flush(): void {
		const frame = new Uint8Array(size);
		writeFrameHeader(frame, CODEC.raw, Math.ceil(now));
		let at = FRAME_HEADER_BYTES;
		for (const record of packed) {
			frame.set(record, at);
			at += record.length;
		}
		frames.push(frame);
		packed = [];
		size = FRAME_HEADER_BYTES;
	}

	for (let i = 0; i < options.events; i++) {
		now += options.stepMs;
		let record = last;
		if (record === undefined || random() >= options.duplicates) {
			const device = Math.floor(random() * ids.length);
			const deviceId = ids[device] ?? "";
			const sequence = (sequences[device] ?? 0) + 1;
			sequences[device] = sequence;
			const temperature = (10 + random() * 26).toFixed(2);
			const humidity = (30 + random() * 50).toFixed(1);
			const ts = Math.floor(now - random() * options.disorderMs);
			const json = `{"${prefix}deviceId":"${deviceId}","${prefix}ts":${ts},"${prefix}temperature":${temperature},"${prefix}humidity":${humidity},"${prefix}status":"${random() < 0.9 ? "ok" : "warn"}","${prefix}seq":${sequence},"${prefix}battery":${Math.floor(random() * 100)},"${prefix}fw":"2.4.1"}`;
			record = encodeRecord({ key: deviceId, topic: "", payload: encoder.encode(json) });
			jsonBytes += json.length;
			last = record;
		}
		if (size + record.length > FRAME_LIMIT_BYTES) flush();
		packed.push(record);
		size += record.length;
	}
	flush();
	return { frames, jsonBytes };
}
