import { WeirError } from "@weir/errors";

/** What an append to a sealed partition is told. */
export function sealed(): WeirError {
	return new WeirError("STREAM_SEALED", "The stream is being given more partitions: send again in a moment.", { retryAfterMs: 1_000 });
}

/** What an append to a buried stream is told. */
export function gone(): WeirError {
	return new WeirError("STREAM_GONE", "The flow that took these records was deleted: send them to the address of another one.");
}
