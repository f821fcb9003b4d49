/**
 * Keeps records that were noted apart from everything else in a process: while they are under way, no other task touches rows.
 * So when the process dies, what was noted is what killed it. Everybody comes in turn: a careful task keeps nobody out for long.
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

	/** Runs `act` at once, or in turn where somebody is inside or waits to be. */
	async inTurn(act: () => void): Promise<void> {
		if (this.#inside === 0) act();
		else await this.alone(async () => act());
	}
}
