import { WeirError } from "@weir/errors";

/** Memory that the states of each job take in this process, and the most that they may. */
export class StateBudget {
	readonly #mostBytes: number;
	readonly #jobs = new Map<string, Map<string, ReadonlyMap<string, number>>>();

	constructor(mostBytes: number) {
		this.#mostBytes = mostBytes;
	}

	/** The most that the states of one job may take in this process. */
	get mostBytes(): number {
		return this.#mostBytes;
	}

	/**
	 * Notes what the nodes of a task hold in memory. Throws STATE_TOO_LARGE, which names the largest, once the job's tasks together hold too much.
	 * `diskTrouble`: why a local disk did not take what is beyond, where there is one.
	 */
	note(job: string, task: string, bytesByNode: ReadonlyMap<string, number>, diskTrouble?: string): void {
		const tasks = this.#jobs.get(job) ?? new Map<string, ReadonlyMap<string, number>>();
		this.#jobs.set(job, tasks.set(task, bytesByNode));
		const byNode = new Map<string, number>();
		let sum = 0;
		for (const nodes of tasks.values()) {
			for (const [node, bytes] of nodes) {
				byNode.set(node, (byNode.get(node) ?? 0) + bytes);
				sum += bytes;
			}
		}
		if (sum <= this.#mostBytes) return;
		const [largest, bytes] = [...byNode].reduce((most, next) => (next[1] > most[1] ? next : most));
		throw new WeirError(
			"STATE_TOO_LARGE",
			`The flow remembers ${megabytes(sum)} in one worker and may remember ${megabytes(this.#mostBytes)}; this node holds ${megabytes(bytes)} of it${diskTrouble === undefined ? "" : `, for ${diskTrouble}`}. Choose a shorter time, fewer groups or fewer keys, or give a job more room with WORKER_JOB_STATE_BYTES.`,
			{ context: { nodeId: largest } },
		);
	}

	/** The task is no longer held. */
	forget(job: string, task: string): void {
		const tasks = this.#jobs.get(job);
		tasks?.delete(task);
		if (tasks?.size === 0) this.#jobs.delete(job);
	}
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toLocaleString("en", { maximumFractionDigits: bytes < 10_000_000 ? 1 : 0 })} MB`;
}
