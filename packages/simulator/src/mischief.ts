import type { Random } from "./random.ts";
import type { Delivery, Samples } from "./sample.ts";

export interface Mischief {
	/** Share of records that are sent a second time, from 0 to 1. */
	readonly duplicates: number;
	/** A record comes up to this much later than records that happened after it. */
	readonly disorderMs: number;
	/** Broken lines for each record, from 0 to 1; they come on top, so that no record is lost. */
	readonly bad: number;
}

/**
 * Puts samples, given in order of event time, in the order in which they are sent: late by chance, some twice, and broken
 * lines in between. What is sent at a moment never happened more than `disorderMs` before what was sent earlier.
 */
export async function* withMischief(samples: Samples, mischief: Mischief, random: Random): AsyncGenerator<Delivery> {
	const waiting: Delivery[] = [];
	for await (const sample of samples) {
		const delay = () => (mischief.disorderMs > 0 ? random.next() * mischief.disorderMs : 0);
		insert(waiting, { kind: "record", sendAtMs: sample.atMs + delay(), sample, body: sample.body });
		if (random.chance(mischief.duplicates))
			insert(waiting, { kind: "duplicate", sendAtMs: sample.atMs + delay(), sample, body: sample.body });
		if (random.chance(mischief.bad))
			insert(waiting, { kind: "bad", sendAtMs: sample.atMs + delay(), sample, body: broken(sample.body, random) });
		// Nothing that is still to come can be sent before this sample has happened.
		let due = 0;
		while (due < waiting.length && (waiting[due]?.sendAtMs ?? 0) <= sample.atMs) due++;
		yield* waiting.splice(0, due);
	}
	yield* waiting;
}

/** A text that lost its end on the way: no JSON object survives that. */
function broken(body: string, random: Random): string {
	return body.slice(0, Math.max(1, Math.floor(body.length * random.between(0.2, 0.9))));
}

/** Keeps the order of sending, and of arrival where that is equal. */
function insert(waiting: Delivery[], delivery: Delivery): void {
	let low = 0;
	let high = waiting.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((waiting[middle]?.sendAtMs ?? 0) <= delivery.sendAtMs) low = middle + 1;
		else high = middle;
	}
	waiting.splice(low, 0, delivery);
}
