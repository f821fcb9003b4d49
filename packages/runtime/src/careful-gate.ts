/**
 * Keeps the records that are gone through one by one apart from everything else in a process: while one of them is under way,
 * no other task touches rows. So when the process dies, the record that was noted is the one that killed it.
 */
export class CarefulGate {
	#tail: Promise<void> = Promise.resolve();
	#inside = 0;

	/** Runs `act` alone. */
	async alone<T>(act: () => Promise<T>): Promise<T> {
		const before = this.#tail;
		let leave = () => {};
		this.#tail = new Promise((resolve) => {
			leave = resolve;
		});
		this.#inside += 1;
		await before;
		try {
			return await act();
		} finally {
			this.#inside -= 1;
			leave();
		}
	}

	/** Resolves when nobody is alone inside. What is done in the same turn afterwards is done with nobody inside. */
	async pass(): Promise<void> {
		while (this.#inside > 0) await this.#tail;
	}
}
