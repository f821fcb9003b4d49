import { codesOf, isPassing, KAFKA } from "./kafka-errors.ts";

const PATIENCE_MS = 8_000;

/** Repeats what a broker was not ready for. Only for requests that, sent twice, do the same as once. */
export async function patiently<T>(client: { forget(): void }, act: () => Promise<T>): Promise<T> {
	const until = performance.now() + PATIENCE_MS;
	for (;;) {
		try {
			return await act();
		} catch (error) {
			const isBusy = codesOf(error).includes(KAFKA.concurrentTransactions);
			if (!(isBusy || isPassing(error)) || performance.now() > until) throw error;
			if (!isBusy) client.forget();
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}
}
