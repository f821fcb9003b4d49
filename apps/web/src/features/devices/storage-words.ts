import { formatDuration, formatSize, parseDuration, parseSize } from "@weir/records";
import type { Durability, Storage, StorageChange } from "../../client/contract.ts";
import { roundSize } from "../../ui/format.ts";

const DAY_MS = 86_400_000;

/** What people call a class. */
export const CLASS_TITLES: Readonly<Record<Durability, string>> = {
	memory: "In memory",
	fsync: "On disk",
	replicated: "On three brokers",
};

/** What a class promises, and what it costs. */
export function classMeans(name: Durability, log: Storage["log"]): string {
	switch (name) {
		case "memory":
			return log === "kafka"
				? "Devices are answered 202 at once. A crash of a process loses nothing; a power cut loses what was not on the disk yet, up to about 30 s."
				: "Devices are answered 202 at once. A crash of a process loses nothing; a power cut loses up to about 1 s.";
		case "fsync":
			return "Devices are answered 200 when the record is on the disk, a few milliseconds later. Neither a crash nor a power cut loses what was acknowledged; the loss of the disk does.";
		case "replicated":
			return "Devices are answered 200 when two of three brokers have the record. The loss of one broker with its disk loses nothing. It takes three times the room.";
	}
}

/** What keeping records for so long takes, at the rate of late. */
export function keepCost(keepMs: number, held: Storage["held"]): string {
	if (held === undefined) return "The log does not answer, so nobody can say what this takes.";
	if (held.bytesPerDay === undefined) return "Too little has come yet to say what this takes.";
	const bytes = (held.bytesPerDay / DAY_MS) * keepMs;
	return `At ${roundSize(held.bytesPerDay)} a day, as lately, ${formatDuration(keepMs)} take about ${roundSize(bytes)}.`;
}

/** When a cap is reached, and what happens then. */
export function capCost(maxBytes: number, held: Storage["held"]): string {
	const then = "Then the oldest records go first, also those that no flow has read; the flow's event log says how many.";
	if (held?.bytesPerDay === undefined || held.bytesPerDay === 0) return then;
	return `At ${roundSize(held.bytesPerDay)} a day, as lately, it is full after ${roughly((maxBytes / held.bytesPerDay) * DAY_MS)}. ${then}`;
}

function roughly(ms: number): string {
	if (ms >= 2 * DAY_MS) return `about ${Math.round(ms / DAY_MS).toLocaleString("en")} d`;
	if (ms >= 7_200_000) return `about ${Math.round(ms / 3_600_000)} h`;
	return `about ${Math.max(1, Math.round(ms / 60_000))} min`;
}

/** What a stream can have, from what it has. */
export function partitionChoices(now: number): readonly number[] {
	return [1, 2, 4, 8, 16].map((times) => now * times).filter((count) => count <= 256);
}

/** The form as it is typed; empty fields leave a choice to the installation. */
export interface StorageForm {
	readonly durability: Durability | "";
	readonly keep: string;
	readonly max: string;
	readonly partitions: number;
}

export function formOf({ durability, keepMs, maxBytes, partitions }: Storage): StorageForm {
	return {
		durability: durability.chosen ?? "",
		keep: keepMs === undefined ? "" : formatDuration(keepMs),
		max: maxBytes === undefined ? "" : formatSize(maxBytes),
		partitions,
	};
}

/** What the form asks for, or what is wrong with its fields. Only what differs is asked for. */
export function changeOf(
	form: StorageForm,
	storage: Storage,
): { readonly change: StorageChange; readonly faults: Readonly<Partial<Record<"keepMs" | "maxBytes", string>>> } {
	const before = formOf(storage);
	const keepMs = form.keep.trim() === "" ? null : parseDuration(form.keep);
	const maxBytes = form.max.trim() === "" ? null : parseSize(form.max);
	const faults = {
		...(keepMs === undefined ? { keepMs: "Type a length of time with its unit, such as 12 h or 7 d." } : {}),
		...(maxBytes === undefined ? { maxBytes: "Type a size with its unit, such as 500 MB or 10 GB." } : {}),
	};
	return {
		faults,
		change: {
			...(form.durability === before.durability ? {} : { durability: form.durability === "" ? null : form.durability }),
			...(form.keep.trim() === before.keep || keepMs === undefined ? {} : { keepMs }),
			...(form.partitions === before.partitions ? {} : { partitions: form.partitions }),
			...(form.max.trim() === before.max || maxBytes === undefined ? {} : { maxBytes }),
		},
	};
}

/** What a change takes away that cannot be given back; empty: nothing. */
export function losses(change: StorageChange, storage: Storage, nowMs: number): readonly string[] {
	const { held } = storage;
	const found: string[] = [];
	const keepMs = change.keepMs === undefined ? undefined : (change.keepMs ?? storage.usualKeepMs);
	if (keepMs !== undefined && held?.oldestAt !== undefined && held.oldestAt < nowMs - keepMs) {
		found.push(`Records older than ${formatDuration(keepMs)} that every flow has read are forgotten within seconds.`);
	}
	if (change.maxBytes !== undefined && change.maxBytes !== null && held !== undefined && held.bytes > change.maxBytes) {
		found.push(
			`The stream holds ${roundSize(held.bytes)}: the oldest ${roundSize(held.bytes - change.maxBytes)} are forgotten within seconds, read or not.`,
		);
	}
	if (change.partitions !== undefined) {
		found.push(
			`The stream gets ${change.partitions} partitions for good: it cannot get fewer again. Devices wait for a moment, then their records go on in order. The version that runs is taken over by as many tasks, with what it remembers.`,
		);
	}
	if (change.durability !== undefined) {
		const rank = (name: Durability | undefined) => storage.durability.classes.findIndex((one) => one.name === name);
		const next = change.durability ?? storage.durability.usual;
		if (next !== undefined && rank(next) < rank(storage.durability.inForce)) {
			found.push(`${CLASS_TITLES[next]} promises less than today. ${classMeans(next, storage.log)}`);
		}
	}
	return found;
}
