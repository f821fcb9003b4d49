import type { ByteReader, ByteWriter } from "@weir/records";
import { ByGroup, Numbers } from "./piece.ts";

/** What was told of a window before it closed for good: how often each group was, and which have changed since. */
export class Marks {
	readonly #timesTold = new ByGroup();
	readonly #told = new Numbers();
	readonly #changedBy = new ByGroup();
	readonly #changed = new Numbers();

	/** A record came for the group; answers how many have since it was told last. */
	note(group: number): number {
		const before = this.#changedBy.get(group);
		if (before <= 0) this.#changed.push(group);
		const since = Math.max(before, 0) + 1;
		this.#changedBy.set(group, since);
		return since;
	}

	/** Groups that have changed since they were told last, in the order in which they first did. */
	get changed(): Int32Array {
		return this.#changed.values.filter((group) => this.#changedBy.get(group) > 0);
	}

	get hasChanged(): boolean {
		return this.#changed.size > 0;
	}

	/** The group is told; answers how often it was before. */
	tell(group: number): number {
		const times = this.#timesTold.get(group);
		if (times < 0) this.#told.push(group);
		this.#timesTold.set(group, Math.max(times, 0) + 1);
		this.#changedBy.set(group, 0);
		return Math.max(times, 0);
	}

	/** Everything that has changed was told. */
	settle(): void {
		for (const group of this.#changed.values) this.#changedBy.set(group, 0);
		this.#changed.clear();
	}

	renumber(moved: Int32Array): void {
		const told = this.#told.values.slice();
		const times = told.map((group) => this.#timesTold.get(group));
		const changed = this.changed;
		const since = changed.map((group) => this.#changedBy.get(group));
		const now = (groups: Int32Array) => groups.map((group) => moved[group] ?? 0);
		this.#fill(now(told), times, now(changed), since);
	}

	#fill(told: Int32Array, times: Int32Array, changed: Int32Array, since: Int32Array): void {
		this.#timesTold.clear();
		this.#told.clear();
		this.#changedBy.clear();
		this.#changed.clear();
		this.#add(told, times, changed, since);
	}

	#add(told: Int32Array, times: Int32Array, changed: Int32Array, since: Int32Array): void {
		told.forEach((group, i) => {
			this.#told.push(group);
			this.#timesTold.set(group, times[i] ?? 0);
		});
		changed.forEach((group, i) => {
			this.#changed.push(group);
			this.#changedBy.set(group, since[i] ?? 0);
		});
	}

	/** The marks of other groups join. */
	take(other: Marks): void {
		const told = other.#told.values;
		const { changed } = other;
		this.#add(
			told,
			told.map((group) => other.#timesTold.get(group)),
			changed,
			changed.map((group) => other.#changedBy.get(group)),
		);
	}

	/** `isOwn`: of these groups alone. */
	write(writer: ByteWriter, isOwn: (group: number) => boolean = () => true): void {
		const changed = this.changed.filter(isOwn);
		const told = this.#told.values.filter(isOwn);
		writer.array(told).array(told.map((group) => this.#timesTold.get(group)));
		writer.array(changed).array(changed.map((group) => this.#changedBy.get(group)));
	}

	/** `groupsHere` answers other numbers of groups. */
	read(reader: ByteReader, groupsHere = (groups: Int32Array): Int32Array => groups): void {
		const told = groupsHere(reader.int32Array());
		const times = reader.int32Array();
		const changed = groupsHere(reader.int32Array());
		this.#fill(told, times, changed, reader.int32Array());
	}
}
