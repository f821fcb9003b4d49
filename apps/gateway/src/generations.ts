import type { DoorEndpoint } from "@weir/db/gateway";
import { WeirError } from "@weir/errors";

type Endpoint = Pick<DoorEndpoint, "id" | "key" | "generation">;

interface Stream {
	/** Newest generation that is written to. */
	generation: number;
	/** Deliveries under way to it or to those before. */
	open: number;
	/** Deliveries to a newer one, in the order in which they came. */
	waiting: { readonly generation: number; readonly go: () => void }[];
	/** Looks for the generation after the one that refused. */
	search: { readonly after: number; readonly found: Promise<DoorEndpoint> } | undefined;
}

const ASK_EVERY_MS = 60;

/**
 * Takes the deliveries of an endpoint from one generation of its stream to the next in order: a record that the old one refused must not be
 * overtaken by a later one of its device that already knows of the new one.
 */
export class Generations {
	readonly #streams = new Map<string, Stream>();
	readonly #ask: (key: string) => Promise<DoorEndpoint | undefined>;

	/** `ask` answers with what the database says now. */
	constructor(ask: (key: string) => Promise<DoorEndpoint | undefined>) {
		this.#ask = ask;
	}

	/** Undefined: write at once. Else write when it resolves; `leave` when the delivery is settled, either way. */
	enter({ id, generation }: Endpoint): Promise<void> | undefined {
		const stream = this.#streams.get(id) ?? { generation, open: 0, waiting: [], search: undefined };
		this.#streams.set(id, stream);
		if (generation <= stream.generation || (stream.open === 0 && stream.waiting.length === 0)) {
			stream.generation = Math.max(stream.generation, generation);
			stream.open++;
			return undefined;
		}
		return new Promise((go) => stream.waiting.push({ generation, go }));
	}

	leave({ id }: Endpoint): void {
		const stream = this.#streams.get(id);
		if (stream === undefined) return;
		stream.open--;
		if (stream.open > 0) return;
		if (stream.waiting.length === 0) {
			this.#streams.delete(id);
			return;
		}
		for (const { generation, go } of stream.waiting.splice(0)) {
			stream.generation = Math.max(stream.generation, generation);
			stream.open++;
			go();
		}
	}

	/** The endpoint with the generation after the one that refused. Rejects with STREAM_SEALED when it is not there in time. */
	async after({ id, key, generation }: Endpoint, patienceMs: number): Promise<DoorEndpoint> {
		const stream = this.#streams.get(id);
		if (stream === undefined) throw new WeirError("INVARIANT_BROKEN", "A delivery that has left looks for a newer generation.");
		// All that were refused wait for one and the same answer, so that they go on in the order in which they were.
		if (stream.search === undefined || stream.search.after < generation) {
			const search = { after: generation, found: this.#search(key, generation, patienceMs) };
			stream.search = search;
			search.found.catch(() => {
				if (stream.search === search) stream.search = undefined;
			});
		}
		return stream.search.found;
	}

	async #search(key: string, generation: number, patienceMs: number): Promise<DoorEndpoint> {
		for (const until = performance.now() + patienceMs; performance.now() < until; ) {
			const endpoint = await this.#ask(key).catch(() => undefined);
			if (endpoint !== undefined && endpoint.generation > generation) return endpoint;
			await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
		}
		throw new WeirError("STREAM_SEALED", "The stream is being given more partitions: send again in a moment.", { retryAfterMs: 1_000 });
	}
}
