import type { EntryId, Producer, StreamRef } from "@weir/runtime";
import { stateKey, streamKey } from "./log-keys.ts";
import { APPEND, type Script } from "./log-scripts.ts";
import type { RedisArgument } from "./redis-client.ts";
import { gone, sealed } from "./sealed.ts";

/** A call brings at most about this much: the log answers nobody else meanwhile. */
const CALL_BYTES = 1_000_000;
const CALL_APPENDS = 128;

interface Append {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly frame: Buffer;
	readonly records: number;
	readonly producer: Producer;
}

interface Waiting extends Append {
	settle(id: EntryId): void;
	fail(error: unknown): void;
}

/**
 * What is appended in one turn of the event loop goes to Redis in one call, which costs both of us far less than one call for each partition.
 * Each append stands for itself all the same: it is repeated, refused and answered alone.
 */
export class LogAppends {
	readonly #run: (script: Script, keys: readonly string[], args: readonly RedisArgument[]) => Promise<unknown>;
	#waiting: Waiting[] = [];

	constructor(run: (script: Script, keys: readonly string[], args: readonly RedisArgument[]) => Promise<unknown>) {
		this.#run = run;
	}

	append(append: Append): Promise<EntryId> {
		return new Promise((settle, fail) => {
			if (this.#waiting.length === 0) queueMicrotask(() => this.#send());
			this.#waiting.push({ ...append, settle, fail });
		});
	}

	#send(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const call of calls(waiting)) void this.#call(call);
	}

	async #call(call: readonly Waiting[]): Promise<void> {
		const keys: string[] = [];
		const args: RedisArgument[] = [];
		for (const { stream, partition, frame, records, producer } of call) {
			keys.push(streamKey(stream, partition), stateKey(stream, partition));
			args.push(producer.id, producer.seq, records, frame);
		}
		try {
			const ids = (await this.#run(APPEND, keys, args)) as readonly Buffer[];
			for (const [i, { settle, fail }] of call.entries()) {
				const id = String(ids[i] ?? "");
				if (id === "") fail(sealed());
				else if (id === "gone") fail(gone());
				else settle(id);
			}
		} catch (error) {
			for (const { fail } of call) fail(error);
		}
	}
}

/** Calls in the order of their appends. One names keys of one tenant only: those of another may be kept by another Redis. */
function calls(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
	const made: Waiting[][] = [];
	const open = new Map<string, { readonly call: Waiting[]; bytes: number }>();
	for (const append of waiting) {
		const { tenant } = append.stream;
		let current = open.get(tenant);
		if (current === undefined || current.call.length >= CALL_APPENDS || current.bytes + append.frame.length > CALL_BYTES) {
			current = { call: [], bytes: 0 };
			open.set(tenant, current);
			made.push(current.call);
		}
		current.call.push(append);
		current.bytes += append.frame.length;
	}
	return made;
}
