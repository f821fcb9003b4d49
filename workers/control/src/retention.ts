import type { ChosenRetention, WorkerStore } from "@weir/db";

/** How long the records of each endpoint are kept: as somebody chose, else as the installation says. */
export class Retention {
	readonly #store: Pick<WorkerStore, "chosenRetention">;
	readonly #usualMs: number;
	#chosen = new Map<string, ChosenRetention>();

	constructor(store: Pick<WorkerStore, "chosenRetention">, usualMs: number) {
		this.#store = store;
		this.#usualMs = usualMs;
	}

	/** Asks for what was chosen, and goes by it from then on. */
	async newest(): Promise<readonly ChosenRetention[]> {
		const chosen = await this.#store.chosenRetention();
		this.#chosen = new Map(chosen.map((one) => [one.endpoint, one]));
		return chosen;
	}

	keepMs(endpoint: string): number {
		return this.#chosen.get(endpoint)?.keepMs ?? this.#usualMs;
	}

	/** What came before this may go once it was read. */
	keepFromMs(endpoint: string): number {
		return Date.now() - this.keepMs(endpoint);
	}
}
