import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A process of its own that stays, started as the product's workers are: it answers one question at a time. */
export class OwnProcess {
	readonly #child: ChildProcess;

	/** `file` lies beside this one. */
	constructor(file: string, args: readonly string[] = []) {
		this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
			execArgv: ["--import", new URL("../../scripts/strip-types.mjs", import.meta.url).href, "--max-old-space-size=8192"],
		});
	}

	ask<Answer>(question: unknown): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const child = this.#child;
			const onEnd = (code: number | null, signal: string | null) =>
				reject(new Error(`A process of the benchmark ended (${signal ?? code}).`));
			child.once("exit", onEnd);
			child.once("message", (answer) => {
				child.off("exit", onEnd);
				resolve(answer as Answer);
			});
			child.send(question as object);
		});
	}

	end(): void {
		this.#child.kill("SIGKILL");
	}
}

/** The other end: answers each question. Whatever fails ends the process. */
export function answerEach<Question>(act: (question: Question) => Promise<unknown>): void {
	process.on("message", (question: Question) => {
		act(question).then(
			(answer) => process.send?.(answer),
			(error: unknown) => {
				console.error(error);
				process.exit(1);
			},
		);
	});
}
