import type { TaskReport } from "@weir/jobs";

/** What the states of a job take in memory at one moment. */
export interface StateSizes {
	readonly byNode: Readonly<Record<string, number>>;
	readonly bytes: number;
	/** How full the fullest worker is of what the job may hold there, 0 to 1; undefined where no worker said how much that is. */
	readonly fill: number | undefined;
	readonly limitBytes: number | undefined;
}

/** Adds up what the tasks of a job last told. */
export function stateSizes(reports: readonly TaskReport[]): StateSizes {
	const byNode: Record<string, number> = {};
	const byWorker = new Map<string, { bytes: number; limit: number | undefined }>();
	let total = 0;
	for (const { worker, stateBytes = {}, stateLimitBytes, isDone } of reports) {
		// What has ended holds nothing any more.
		if (isDone) continue;
		const held = byWorker.get(worker) ?? { bytes: 0, limit: stateLimitBytes };
		byWorker.set(worker, held);
		for (const [node, bytes] of Object.entries(stateBytes)) {
			byNode[node] = (byNode[node] ?? 0) + bytes;
			held.bytes += bytes;
			total += bytes;
		}
	}
	const full = [...byWorker.values()].flatMap(({ bytes, limit }) => (limit === undefined ? [] : [{ fill: bytes / limit, limit }]));
	const fullest = full.reduce<(typeof full)[number] | undefined>((most, one) => (most && most.fill >= one.fill ? most : one), undefined);
	return { byNode, bytes: total, fill: fullest?.fill, limitBytes: fullest?.limit };
}

interface Sampled extends StateSizes {
	readonly at: number;
}

const SAMPLE_EVERY_MS = 5_000;
const WINDOW_MS = 300_000;
/** Sooner than this a growth is a beginning, or a window that fills: no trend. */
const TREND_AFTER_MS = 60_000;

/** Remembers the sizes of a job's states for some minutes, and says how they grow. */
export class StateTrend {
	#samples: Sampled[] = [];

	take(reports: readonly TaskReport[], at: number): void {
		const last = this.#samples.at(-1);
		if (last !== undefined && at - last.at < SAMPLE_EVERY_MS) return;
		this.#samples.push({ at, ...stateSizes(reports) });
		while (at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
	}

	/** Bytes a second that a node's state grew by; undefined until that means something. */
	growthPerSecond(node: string): number | undefined {
		return this.#slope((sizes) => sizes.byNode[node] ?? 0);
	}

	/** When the fullest worker would be full, if it goes on as in the last minutes; undefined where it does not grow. */
	fullInMs(): number | undefined {
		const perSecond = this.#slope((sizes) => sizes.fill ?? 0);
		const fill = this.#samples.at(-1)?.fill;
		if (perSecond === undefined || fill === undefined || perSecond <= 0) return undefined;
		return (Math.max(0, 1 - fill) / perSecond) * 1_000;
	}

	#slope(of: (sizes: StateSizes) => number): number | undefined {
		const [first] = this.#samples;
		const last = this.#samples.at(-1);
		if (first === undefined || last === undefined || last.at - first.at < TREND_AFTER_MS) return undefined;
		return ((of(last) - of(first)) * 1_000) / (last.at - first.at);
	}
}
