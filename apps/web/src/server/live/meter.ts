import { type Counters, sumCounters, type TaskReport } from "@weir/jobs";
import { StateTrend } from "./state-trend.ts";

interface Sampled {
	readonly at: number;
	readonly sum: Counters;
}

/** Rates follow the last seconds; latency needs more records to mean something. */
const RATE_WINDOW_MS = 4_000;
const LATENCY_WINDOW_MS = 30_000;

/** What was added over a stretch of time. */
export interface Growth {
	readonly seconds: number;
	readonly counters: Counters;
}

/** Remembers a job's sums once a second, and says what was added lately. */
export class Meter {
	/** How the sizes of its states go. */
	readonly state = new StateTrend();
	#samples: Sampled[] = [];

	take(reports: readonly TaskReport[], at: number): void {
		this.state.take(reports, at);
		const sum = sumCounters(reports.map((report) => report.counters));
		const last = this.#samples.at(-1);
		if (last !== undefined && at - last.at < 500) return;
		// A job that began anew counts from zero: a rate over that step would be nonsense.
		if (last !== undefined && hasShrunk(last.sum, sum)) this.#samples = [];
		this.#samples.push({ at, sum });
		while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > LATENCY_WINDOW_MS) this.#samples.shift();
	}

	/** Undefined until there are two samples. */
	lately(): Growth | undefined {
		return this.#growth(RATE_WINDOW_MS);
	}

	forLatency(): Growth | undefined {
		return this.#growth(LATENCY_WINDOW_MS);
	}

	#growth(windowMs: number): Growth | undefined {
		const last = this.#samples.at(-1);
		const first = this.#samples.find((sample) => last !== undefined && last.at - sample.at <= windowMs);
		if (last === undefined || first === undefined || first === last) return undefined;
		const counters: Record<string, number> = {};
		for (const [name, value] of Object.entries(last.sum)) {
			const added = value - (first.sum[name] ?? 0);
			if (added > 0) counters[name] = added;
		}
		return { seconds: (last.at - first.at) / 1_000, counters };
	}
}

function hasShrunk(before: Counters, after: Counters): boolean {
	return Object.entries(before).some(([name, value]) => (after[name] ?? 0) < value);
}
