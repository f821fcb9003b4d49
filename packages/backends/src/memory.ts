import {
	type CrashNotes,
	type DeadLetters,
	type Leases,
	type NewDeadLetter,
	type RecordRange,
	type TaskRef,
	taskName,
} from "@weir/runtime";

/** Dead letters kept in memory, each once. */
export class MemoryDeadLetters implements DeadLetters {
	readonly byId = new Map<string, NewDeadLetter>();

	async put(letters: readonly NewDeadLetter[]): Promise<void> {
		for (const letter of letters) if (!this.byId.has(letter.id)) this.byId.set(letter.id, letter);
	}
}

/** Generations counted in memory. */
export class MemoryLeases implements Leases {
	readonly #newest = new Map<string, number>();
	#last = 0;

	async take(task: TaskRef): Promise<number> {
		this.#last += 1;
		this.#newest.set(taskName(task), this.#last);
		return this.#last;
	}

	async renew(task: TaskRef, generation: number): Promise<boolean> {
		return this.#newest.get(taskName(task)) === generation;
	}
}

/** Crash notes that outlive a task but not the process. */
export class MemoryCrashNotes implements CrashNotes {
	readonly #notes = new Map<string, { readonly starts: number; readonly suspect?: RecordRange; readonly named: readonly RecordRange[] }>();

	async begin(task: TaskRef): Promise<{ readonly crashes: number; readonly named: readonly RecordRange[] }> {
		const { starts, suspect, named } = this.#of(task);
		const all = suspect === undefined ? named : [...named, suspect];
		this.#notes.set(taskName(task), { starts: starts + 1, named: all });
		return { crashes: starts, named: all };
	}

	async suspect(task: TaskRef, records: RecordRange | undefined): Promise<void> {
		const { starts, named } = this.#of(task);
		this.#notes.set(taskName(task), { starts, named, ...(records === undefined ? {} : { suspect: records }) });
	}

	async settle(task: TaskRef): Promise<void> {
		this.#notes.set(taskName(task), { starts: 1, named: [] });
	}

	async rest(task: TaskRef): Promise<void> {
		const { starts, named } = this.#of(task);
		this.#notes.set(taskName(task), { starts: Math.max(0, starts - 1), named });
	}

	async end(task: TaskRef): Promise<void> {
		this.#notes.delete(taskName(task));
	}

	#of(task: TaskRef) {
		return this.#notes.get(taskName(task)) ?? { starts: 0, named: [] };
	}
}
