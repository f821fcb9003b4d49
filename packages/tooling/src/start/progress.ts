/** Prints the steps of a start, each with the time it took. */
export interface Progress {
	step<T>(title: string, body: () => Promise<T>): Promise<T>;
	say(line: string): void;
}

const LINE_BEFORE_MS = 1_500;

export function createProgress(write: (text: string) => void): Progress {
	return {
		say: (line) => write(`${line}\n`),
		async step(title, body) {
			const start = performance.now();
			// Only a step that takes a while is announced before it ends.
			const announce = setTimeout(() => write(`  … ${title}\n`), LINE_BEFORE_MS);
			try {
				const result = await body();
				write(`  ✓ ${title}  ${seconds(performance.now() - start)}\n`);
				return result;
			} catch (error) {
				write(`  ✗ ${title}  ${seconds(performance.now() - start)}\n`);
				throw error;
			} finally {
				clearTimeout(announce);
			}
		},
	};
}

function seconds(durationMs: number): string {
	return `${(durationMs / 1000).toFixed(1)} s`;
}
