import { createHash } from "node:crypto";
import type { FailureCode } from "@weir/errors";
import { type RecordBatch, rowAsJson } from "@weir/records";
import type { NewDeadLetter, TaskRef } from "./ports.ts";

const encoder = new TextEncoder();

/** Gathers the records set aside since the last commit. */
export class DeadLetterBox {
	readonly #task: TaskRef;
	#letters: NewDeadLetter[] = [];
	#bytes = 0;

	constructor(task: TaskRef) {
		this.#task = task;
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
		this.add(node, {
			raw: raw === undefined || raw.length === 0 ? encoder.encode(rowAsJson(batch, row)) : raw,
			position: origin?.positionOf(row),
			code,
			reason,
		});
	}

	add(
		node: string,
		letter: { readonly raw: Uint8Array; readonly position: string | undefined; readonly code: FailureCode; readonly reason: string },
	): void {
		const { tenant, job } = this.#task;
		const id = createHash("sha256").update(`${job}\n${node}\n${letter.position ?? ""}\n`);
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
