import {
	type CrashNotes,
	type DeadLetters,
	type Leases,
	type NewDeadLetter,
	type RecordPlace,
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
	readonly #notes = new Map<string, { starts: number; suspect: RecordPlace | undefined; named: RecordPlace | undefined }>();

	async begin(task: TaskRef): Promise<{ readonly crashes: number; readonly suspect: RecordPlace | undefined }> {
		const { starts, suspect, named } = this.#notes.get(taskName(task)) ?? { starts: 0, suspect: undefined, named: undefined };
		this.#notes.set(taskName(task), { starts: starts + 1, suspect: undefined, named: suspect ?? named });
		const isNamedTwice = suspect !== undefined && JSON.stringify(suspect) === JSON.stringify(named);
		return { crashes: starts, suspect: isNamedTwice ? suspect : undefined };
	}

	async suspect(task: TaskRef, record: RecordPlace | undefined): Promise<void> {
		const note = this.#notes.get(taskName(task)) ?? { starts: 1, named: undefined };
		this.#notes.set(taskName(task), { ...note, suspect: record });
	}

	async settle(task: TaskRef): Promise<void> {
		this.#notes.set(taskName(task), { starts: 1, suspect: undefined, named: undefined });
	}

	async end(task: TaskRef): Promise<void> {
		this.#notes.delete(taskName(task));
	}
}
