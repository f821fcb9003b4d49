import { performance } from "node:perf_hooks";

const LOOK_EVERY_MS = 1_000;
/** Share of its time that the event loop is at work, up to which a process is at ease. */
const EASY_UP_TO = 0.5;

/** Says whether the process has time to spare: then its tasks stay where their state is warm, and move only when they have to. */
export class Ease {
	readonly #timer: NodeJS.Timeout;
	#before = performance.eventLoopUtilization();
	#isAtEase = true;

	constructor() {
		this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
		this.#timer.unref();
	}

	get isAtEase(): boolean {
		return this.#isAtEase;
	}

	close(): void {
		clearInterval(this.#timer);
	}

	#look(): void {
		const now = performance.eventLoopUtilization();
		this.#isAtEase = performance.eventLoopUtilization(now, this.#before).utilization <= EASY_UP_TO;
		this.#before = now;
	}
}
