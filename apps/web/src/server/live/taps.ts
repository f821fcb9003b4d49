import { TAP_ROWS_PER_SECOND, type TapSample, tapKey, tapSampleSchema } from "@weir/jobs";
import type { TapLiveEvent } from "../api/contract/index.ts";
import type { ControlBus } from "./control-bus.ts";

/** Somebody looks at a node or an edge. */
export interface Tap {
	/** What came since the last call: at most 20 rows for each second, and how many passed. */
	take(): Pick<TapLiveEvent, "seen" | "rows">;
	/** Workers stop sampling by themselves when nobody says this for a while. */
	keepOpen(): Promise<void>;
	close(): Promise<void>;
}

/** How long workers go on without hearing from us: a web server that dies leaves no tap open. */
const LEASE_MS = 10_000;

export class Taps {
	readonly #bus: ControlBus;
	readonly #now: () => number;
	readonly #users = new Map<string, number>();
	#rows = 0;

	constructor(bus: ControlBus, now: () => number) {
		this.#bus = bus;
		this.#now = now;
	}

	/** Targets of jobs that are looked at now, for tests and health. */
	get open(): readonly string[] {
		return [...this.#users.keys()];
	}

	async start(job: string, target: string): Promise<Tap> {
		const name = `${job} ${target}`;
		let seen = 0;
		let rows: TapSample["rows"] = [];
		const unfollow = this.#bus.follow(tapKey(job), (text) => {
			const sample = readSample(text);
			if (sample?.target !== target) return;
			seen += sample.seen;
			// Several workers publish; the sum must stay within what a person can read.
			rows = [...rows, ...sample.rows].slice(-TAP_ROWS_PER_SECOND);
		});
		this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
		const keepOpen = () => this.#bus.openTap(job, target, this.#now() + LEASE_MS);
		await keepOpen();
		return {
			take: () => {
				const taken = { seen, rows: rows.map((row) => ({ id: `${this.#now()}-${this.#rows++}`, ...row })).reverse() };
				seen = 0;
				rows = [];
				return taken;
			},
			keepOpen,
			close: async () => {
				unfollow();
				const left = (this.#users.get(name) ?? 1) - 1;
				if (left > 0) {
					this.#users.set(name, left);
					return;
				}
				this.#users.delete(name);
				await this.#bus.closeTap(job, target);
			},
		};
	}
}

function readSample(text: string): TapSample | undefined {
	try {
		const parsed = tapSampleSchema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : undefined;
	} catch {
		return undefined; // Not from a worker of ours.
	}
}
