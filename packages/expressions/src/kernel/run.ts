import { WeirError } from "@weir/errors";
import type { Column, RecordBatch, Validity } from "@weir/records";
import type { TypedExpression } from "../tree.ts";
import { Failure } from "./failure.ts";

/** Receives each row that could not be computed, with a whole sentence, in ascending order of rows. */
export type OnFailure = (row: number, reason: string) => void;

/** Characters that one computed text may have: a record of more could not travel anyway. */
const MAX_TEXT = 65_536;
/** Characters of computed texts in one evaluation. */
const MAX_CHARACTERS = 67_108_864;
const TOO_LONG = new Failure(`A text of more than ${MAX_TEXT} characters came out`);
const TOO_MUCH = new Failure("More text than fits into memory came out for one batch");

/**
 * One evaluation of a kernel over a batch: scratch columns, and the rows that failed.
 * Evaluation is synchronous, so one run, with its memory, serves every kernel of the process.
 */
export class Run {
	#batch: RecordBatch | undefined;
	#length = 0;
	readonly #numbers: Float64Array[] = [];
	readonly #bytes: Uint8Array[] = [];
	readonly #ints: Int32Array[] = [];
	#numbersUsed = 0;
	#bytesUsed = 0;
	#intsUsed = 0;
	#characters = 0;
	#failed = new Uint8Array(0);
	readonly #failures: { readonly row: number; readonly reason: string }[] = [];

	begin(batch: RecordBatch): void {
		if (this.#batch !== undefined) throw new WeirError("INVARIANT_BROKEN", "An expression was evaluated from within another evaluation.");
		this.#batch = batch;
		this.#length = batch.length;
		this.#numbersUsed = 0;
		this.#bytesUsed = 0;
		this.#intsUsed = 0;
		this.#characters = 0;
	}

	/** Ends the evaluation and tells of the failures; call it also after an exception. */
	end(onFailure?: OnFailure): void {
		this.#batch = undefined;
		if (this.#failures.length === 0) return;
		const failures = this.#failures.splice(0).sort((a, b) => a.row - b.row);
		this.#failed.fill(0);
		if (onFailure !== undefined) for (const { row, reason } of failures) onFailure(row, reason);
	}

	get batch(): RecordBatch {
		if (this.#batch === undefined) throw new WeirError("INVARIANT_BROKEN", "An expression was evaluated without a batch.");
		return this.#batch;
	}

	/** Rows of the batch; every scratch column is at least as long. */
	get length(): number {
		return this.#length;
	}

	get hasFailures(): boolean {
		return this.#failures.length > 0;
	}

	/** Only the first failure of a row counts: what is computed from a failed value means nothing. */
	fail(row: number, reason: string): void {
		if (this.#failed.length < this.#length) this.#failed = new Uint8Array(roomFor(this.#length));
		if (this.#failed[row] === 1) return;
		this.#failed[row] = 1;
		this.#failures.push({ row, reason });
	}

	/** Lets a result pass when it is no text, or a text within the bounds. */
	spend<T>(result: T | string): T | string | Failure {
		if (typeof result !== "string") return result;
		if (result.length > MAX_TEXT) return TOO_LONG;
		this.#characters += result.length;
		return this.#characters > MAX_CHARACTERS ? TOO_MUCH : result;
	}

	/** Takes failed rows out of a selection, in place. */
	withoutFailed(rows: Int32Array, count: number): number {
		let kept = 0;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (this.#failed[row] !== 1) rows[kept++] = row;
		}
		return kept;
	}

	/** Takes a column out of the scratch memory for its user to keep, and puts another in its place. Undefined when it is not ours. */
	trade<T extends Float64Array | Uint8Array | Int32Array>(wanted: T, instead: T | undefined): T | undefined {
		const from: (Float64Array | Uint8Array | Int32Array)[] =
			wanted instanceof Float64Array ? this.#numbers : wanted instanceof Uint8Array ? this.#bytes : this.#ints;
		const at = from.indexOf(wanted);
		if (at < 0) return undefined;
		if (instead === undefined) from.splice(at, 1);
		else from[at] = instead;
		return wanted;
	}

	/** A scratch column that holds whatever the last user left in it. */
	numbers(): Float64Array {
		const at = this.#numbersUsed++;
		const kept = this.#numbers[at];
		if (kept !== undefined && kept.length >= this.#length) return kept;
		const made = new Float64Array(roomFor(this.#length));
		this.#numbers[at] = made;
		return made;
	}

	bytes(): Uint8Array {
		const at = this.#bytesUsed++;
		const kept = this.#bytes[at];
		if (kept !== undefined && kept.length >= this.#length) return kept;
		const made = new Uint8Array(roomFor(this.#length));
		this.#bytes[at] = made;
		return made;
	}

	ints(): Int32Array {
		const at = this.#intsUsed++;
		const kept = this.#ints[at];
		if (kept !== undefined && kept.length >= this.#length) return kept;
		const made = new Int32Array(roomFor(this.#length));
		this.#ints[at] = made;
		return made;
	}
}

/** Lengths grow in doubled steps, so that batches of changing size do not allocate each time. */
export function roomFor(length: number): number {
	let room = 256;
	while (room < length) room *= 2;
	return room;
}

/** Computes a column; only the given rows of it have a meaning. */
export type Evaluate = (run: Run, rows: Int32Array, count: number) => Column;

/** Where both have a value. Shares what it can: no nulls on one side means that the other side's column serves. */
export function bothValid(
	run: Run,
	a: Validity | undefined,
	b: Validity | undefined,
	rows: Int32Array,
	count: number,
): Validity | undefined {
	if (a === undefined || a === b) return b;
	if (b === undefined) return a;
	const valid = run.bytes();
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		valid[row] = (a[row] as number) & (b[row] as number);
	}
	return valid;
}

/** How a type's evaluator is made for a part of the tree; handed down so that the parts need not know each other. */
export type Compile = (tree: TypedExpression) => Evaluate;
