import { WeirError } from "@weir/errors";
import { compile, type Kernel, loadParser, parseExpression } from "@weir/expressions";
import { type RecordBatch, select, selectionOf } from "@weir/records";
import type { OperatorContext } from "../../operator.ts";

await loadParser();

/** Of each row: 1 = the condition is true. Absent: there is no condition. */
export type Mask = Uint8Array | undefined;

/** The conditions of a window node, judged for whole batches. */
export class Filters {
	readonly #kernels: readonly (Kernel | undefined)[];
	readonly #context: OperatorContext;
	readonly #has: boolean;
	readonly masks: Mask[];
	#found = new Int32Array(0);
	#good = new Int32Array(0);
	#failed = new Uint8Array(0);

	/** One text a condition; an empty one is none. */
	constructor(texts: readonly string[], context: OperatorContext) {
		this.#context = context;
		this.#kernels = texts.map((text) => (text.trim() === "" ? undefined : kernelOf(text, context)));
		this.#has = this.#kernels.some((kernel) => kernel !== undefined);
		this.masks = this.#kernels.map(() => undefined);
	}

	/** Fills `masks`; answers the batch without rows for which a condition cannot be computed: they are dead letters. */
	judge(batch: RecordBatch): RecordBatch {
		if (!this.#has) return batch;
		const { length, selected } = batch;
		if (this.#failed.length < length) this.#failed = new Uint8Array(length * 2);
		if (this.#found.length < selected) {
			this.#found = new Int32Array(selected * 2);
			this.#good = new Int32Array(selected * 2);
		}
		const failed = this.#failed.fill(0, 0, length);
		let failures = 0;
		this.#kernels.forEach((kernel, k) => {
			if (kernel === undefined) return;
			const known = this.masks[k];
			const mask = known === undefined || known.length < length ? new Uint8Array(length * 2) : known.fill(0, 0, length);
			this.masks[k] = mask;
			const found = kernel.filter(batch, this.#found, (row, reason) => {
				if (failed[row] === 1) return;
				failed[row] = 1;
				failures += 1;
				this.#context.reject(batch, row, "EXPRESSION_FAILED", reason);
			});
			for (let i = 0; i < found; i++) mask[this.#found[i] as number] = 1;
		});
		if (failures === 0) return batch;
		const rows = selectionOf(batch);
		let good = 0;
		for (let i = 0; i < selected; i++) if (failed[rows[i] as number] === 0) this.#good[good++] = rows[i] as number;
		return select(batch, this.#good, good);
	}
}

function kernelOf(text: string, context: OperatorContext): Kernel {
	const { tree, problems } = parseExpression(text, context.input, { expected: "boolean" });
	if (tree === undefined) throw new WeirError("EXPRESSION_INVALID", problems[0]?.message ?? "A condition of a window cannot be read.");
	return compile(tree);
}
