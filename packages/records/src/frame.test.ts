import { describe, expect, it } from "vitest";
import { CODEC, countRecords, encodeFrameHeader, encodeRawFrame, encodeRecord, readFrame, readFrameHeader } from "./frame.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

describe("a raw frame", () => {
	const records = [
		{ key: "pump-1", topic: "", payload: bytes('{"litres":3}') },
		{ key: "Pumpe-ü", topic: "plant/ü/litres", payload: bytes("") },
		{ key: "", topic: "a", payload: bytes("x") },
	];

	it("gives back key, topic and payload of every record", () => {
		const frame = readFrame(encodeRawFrame(1_700_000_000_123, records.map(encodeRecord)));
		expect(frame.ingestTimeMs).toBe(1_700_000_000_123);
		expect(frame.records.map((r) => ({ ...r, payload: text(r.payload) }))).toEqual(
			records.map((r) => ({ ...r, payload: text(r.payload) })),
		);
	});

	it("is a header with packed records behind one another", () => {
		const parts = [encodeFrameHeader(CODEC.raw, 5), ...records.map(encodeRecord)];
		const frame = Uint8Array.from(parts.flatMap((part) => [...part]));
		expect(frame).toEqual(encodeRawFrame(5, records.map(encodeRecord)));
		expect(countRecords(frame)).toBe(3);
	});

	it("can be read where it does not begin at the start of its memory", () => {
		const frame = encodeRawFrame(9, records.map(encodeRecord));
		const shifted = new Uint8Array(frame.length + 3);
		shifted.set(frame, 3);
		expect(readFrame(shifted.subarray(3)).records).toHaveLength(3);
	});

	it("refuses bytes that are no frame, a cut record and an unknown codec", () => {
		expect(() => readFrameHeader(bytes("{}"))).toThrow("header");
		expect(() => readFrameHeader(bytes("0123456789abcdef"))).toThrow("mark");
		const frame = encodeRawFrame(9, records.map(encodeRecord));
		expect(() => countRecords(frame.subarray(0, frame.length - 1))).toThrow("cut off");
		expect(() => readFrameHeader(encodeFrameHeader(7 as 1, 0))).toThrow("codec is 7");
	});

	it("refuses a key that its length field cannot say", () => {
		expect(() => encodeRecord({ key: "k".repeat(70_000), topic: "", payload: bytes("") })).toThrow("65,535");
	});
});
