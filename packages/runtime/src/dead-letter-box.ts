import { createHash } from "node:crypto";
import type { FailureCode } from "@weir/errors";
import type { RejectedRow } from "@weir/node-kit";
import { keyTextAt, type RecordBatch, rowAsJson } from "@weir/records";
import type { NewDeadLetter, TaskRef } from "./ports.ts";

const encoder = new TextEncoder();

/** Gathers the records set aside since the last commit. */
export class DeadLetterBox {
	readonly #task: TaskRef;
	readonly #reading: string;
	#letters: NewDeadLetter[] = [];
	#bytes = 0;

	constructor(task: TaskRef, reading = "") {
		this.#task = task;
		this.#reading = reading;
	}

	get size(): number {
		return this.#letters.length;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** A row of a batch: its bytes as they arrived, or as JSON where it is a row that an operator made. */
	addRow(node: string, batch: RecordBatch, row: number, code: FailureCode, reason: string): void {
		const { origin } = batch;
		const raw = origin?.slab.slice(origin.starts[row], origin.ends[row]);
		const json = rowAsJson(batch, row);
		this.add(node, {
			raw: raw === undefined || raw.length === 0 ? encoder.encode(json) : raw,
			row: json,
			key: batch.keys === undefined ? undefined : keyTextAt([batch.keys], row),
			eventTimeMs: batch.eventTimes[row],
			position: origin?.positionOf(row),
			code,
			reason,
		});
	}

	add(node: string, letter: RejectedRow & { readonly code: FailureCode }): void {
		const { tenant, job } = this.#task;
		// A place is named once over all versions of a flow that read on from one another: what one that was cut off had set aside is not set aside again.
		const scope = letter.position === undefined ? job : this.#reading;
		const id = createHash("sha256").update(`${scope}\n${node}\n${letter.position ?? ""}\n`);
		if (letter.position === undefined) id.update(letter.raw);
		this.#letters.push({ ...letter, id: id.digest("hex"), tenant, job, node });
		this.#bytes += letter.raw.length + letter.reason.length;
	}

	/** Hands over what was gathered and starts anew. */
	take(): readonly NewDeadLetter[] {
		const letters = this.#letters;
		this.#letters = [];
		this.#bytes = 0;
		return letters;
	}
}
