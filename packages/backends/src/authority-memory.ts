import type { Checkpoint, CheckpointStep, CommitAuthority, ExchangeAppend, Log, LogCommitMedium, Position, TaskRef } from "@weir/runtime";
import { positionText, taskName } from "@weir/runtime";

interface Kept {
	generation: number;
	checkpoint: Checkpoint;
}

const NOTHING: Checkpoint = { position: {}, state: new Uint8Array(0), watermark: Number.NEGATIVE_INFINITY, counters: {}, parts: new Map() };

/** Capped lists as `log-sink` writes them, by `<job>/<node>/<name>`. */
export type CappedLists = Map<string, Uint8Array[]>;

/** Keeps checkpoints in memory beside a log in memory, with the same fences as the real ones. For tests and previews. */
export class MemoryAuthority implements CommitAuthority<LogCommitMedium> {
	readonly #log: Log;
	readonly #kept = new Map<string, Kept>();
	readonly #forgotten = new Set<string>();
	readonly lists: CappedLists = new Map();
	#appends = 0;

	constructor(log: Log) {
		this.#log = log;
	}

	async acquire(task: TaskRef, generation: number): Promise<Checkpoint | undefined> {
		const kept = this.#kept.get(keyOf(task));
		if (this.#forgotten.has(task.job) || (kept !== undefined && kept.generation >= generation)) return undefined;
		const checkpoint = kept?.checkpoint ?? NOTHING;
		this.#kept.set(keyOf(task), { generation, checkpoint });
		return checkpoint;
	}

	async read(task: TaskRef): Promise<Checkpoint | undefined> {
		return this.#kept.get(keyOf(task))?.checkpoint;
	}

	async prepare(_task: TaskRef, act: (medium: LogCommitMedium) => Promise<void>): Promise<void> {
		await act({ appendCapped: () => {}, append: () => {} });
	}

	async commit(
		task: TaskRef,
		generation: number,
		previous: Position,
		next: () => CheckpointStep,
		write: (medium: LogCommitMedium) => Promise<void>,
	): Promise<"committed" | "fenced"> {
		if (!this.#holds(task, generation, previous)) return "fenced";
		const appends: ExchangeAppend[] = [];
		const capped: { name: string; entries: readonly Uint8Array[]; keep: number }[] = [];
		await write({
			append: (frame) => appends.push(frame),
			appendCapped: (name, entries, keep) => capped.push({ name, entries: entries.map((entry) => entry.slice()), keep }),
		});
		// What was read above may have changed while the sinks wrote.
		if (!this.#holds(task, generation, previous)) return "fenced";
		const { put, drop, ...head } = next();
		const parts = new Map(this.#kept.get(keyOf(task))?.checkpoint.parts);
		for (const number of drop) parts.delete(number);
		for (const [number, bytes] of put) parts.set(number, bytes.slice());
		this.#kept.set(keyOf(task), { generation, checkpoint: { ...head, state: head.state.slice(), parts } });
		for (const { name, entries, keep } of capped) {
			const list = `${task.job}/${name}`;
			this.lists.set(list, [...(this.lists.get(list) ?? []), ...entries].slice(-keep));
		}
		for (const { stream, partition, frame, records } of appends) {
			this.#appends += 1;
			await this.#log.append(stream, partition, frame, records, { id: "memory-authority", seq: this.#appends });
		}
		return "committed";
	}

	async forget(tenant: string, job: string): Promise<void> {
		this.#forgotten.add(job);
		for (const key of this.#kept.keys()) if (key.startsWith(`${tenant}/${job}/`)) this.#kept.delete(key);
		for (const list of this.lists.keys()) if (list.startsWith(`${job}/`)) this.lists.delete(list);
	}

	async close(): Promise<void> {}

	#holds(task: TaskRef, generation: number, previous: Position): boolean {
		const kept = this.#kept.get(keyOf(task));
		return kept?.generation === generation && positionText(kept.checkpoint.position) === positionText(previous);
	}
}

function keyOf(task: TaskRef): string {
	return `${task.tenant}/${taskName(task)}`;
}
