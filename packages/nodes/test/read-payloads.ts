import { createReader } from "@weir/formats";
import type { ReadPayloads } from "@weir/node-kit/testing";
import { encodeRawFrame, encodeRecord } from "@weir/records";

const encoder = new TextEncoder();

/** Reads a case's payloads as the runtime reads an entry of the log. */
export const readPayloads: ReadPayloads = (reading, payloads, receivedAt, reject) => {
	const reader = createReader(reading, (failure) => reject(failure.code, failure.reason));
	const records = payloads.map((payload) => encodeRecord({ key: "device-1", topic: "", payload: encoder.encode(payload) }));
	reader.add(encodeRawFrame(receivedAt, records), "case/0/1-0", Number.NEGATIVE_INFINITY);
	return reader.batch();
};
