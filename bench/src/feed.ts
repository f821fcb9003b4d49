import { CODEC, readFrameHeader, visitRecords, writeFrameHeader } from "@weir/records";
import { type FleetOptions, makeFrames } from "./events.ts";

/** Digits of a time in milliseconds. */
const DIGITS = 13;

interface Frame {
	readonly bytes: Uint8Array;
	readonly ingestTimeMs: number;
	/** Where each record's event time stands in it, and what it was at first. */
	readonly places: Int32Array;
	readonly times: Float64Array;
	/** How often its times were moved on. */
	turn: number;
}

/** A fleet's frames without end: at each turn the same records come again, with event times that go on where they ended. */
export class Feed {
	readonly #frames: readonly Frame[];
	readonly #spanMs: number;
	/** Frames whose times were moved on: work of ours, to be taken off what is measured. */
	moved = 0;

	constructor(fleet: FleetOptions) {
		const mark = Buffer.from(`"${fleet.prefix ?? ""}ts":`);
		this.#frames = makeFrames(fleet).frames.map((bytes) => frameOf(bytes, mark));
		this.#spanMs = Math.ceil(fleet.events * fleet.stepMs) + fleet.disorderMs;
	}

	/** Events in the frame of this number. */
	eventsIn(number: number): number {
		return this.#frames[number % this.#frames.length]?.times.length ?? 0;
	}

	/** The frame of this number. Used up when one is asked for that stands a whole turn later. */
	frame(number: number): Uint8Array {
		const turn = Math.floor(number / this.#frames.length);
		const frame = this.#frames[number % this.#frames.length];
		if (frame === undefined) throw new Error("A fleet without events has no frames.");
		if (frame.turn !== turn) this.#move(frame, turn);
		return frame.bytes;
	}

	/** Nanoseconds of processor time that moving a frame takes. */
	cost(): number {
		const turns = 5;
		const cpu = process.cpuUsage();
		for (let turn = 1; turn <= turns; turn++) for (const frame of this.#frames) this.#move(frame, turn);
		const { user, system } = process.cpuUsage(cpu);
		for (const frame of this.#frames) this.#move(frame, 0);
		this.moved = 0;
		return ((user + system) * 1_000) / (turns * this.#frames.length);
	}

	#move(frame: Frame, turn: number): void {
		const { bytes, places, times } = frame;
		writeFrameHeader(bytes, CODEC.raw, frame.ingestTimeMs + turn * this.#spanMs);
		for (let i = 0; i < places.length; i++) {
			let rest = (times[i] ?? 0) + turn * this.#spanMs;
			const place = places[i] ?? 0;
			for (let digit = DIGITS - 1; digit >= 0; digit--) {
				const next = Math.floor(rest / 10);
				bytes[place + digit] = 48 + rest - 10 * next;
				rest = next;
			}
		}
		frame.turn = turn;
		this.moved += 1;
	}
}

function frameOf(bytes: Uint8Array, mark: Buffer): Frame {
	const places: number[] = [];
	const times: number[] = [];
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	visitRecords(bytes, (_index, _key, _topic, payload) => {
		const place = text.indexOf(mark, payload) + mark.length;
		places.push(place);
		times.push(Number(text.toString("latin1", place, place + DIGITS)));
	});
	return {
		bytes,
		ingestTimeMs: readFrameHeader(bytes).ingestTimeMs,
		places: Int32Array.from(places),
		times: Float64Array.from(times),
		turn: 0,
	};
}
