import type { ComparisonOperator } from "../tree.ts";

/*
 * Every loop here is one piece of machine code for all flows of the process: columns and constants are its arguments.
 * Rows at which a side is null are computed, too; the validity of the result hides them.
 */

/**
 * 1 or 0 without a branch, which data that passes half the time would mislead. Measured on V8 13: `condition ? 1 : 0` is half as fast
 * once the optimising compiler has it, and `+condition` three times slower until then.
 */
function bit(condition: boolean): number {
	return (condition as unknown as number) | 0;
}

/** The operator that holds when the sides are swapped. */
export function swapped(operator: ComparisonOperator): ComparisonOperator {
	switch (operator) {
		case "<":
			return ">";
		case "<=":
			return ">=";
		case ">":
			return "<";
		case ">=":
			return "<=";
		default:
			return operator;
	}
}

export function compareColumns(
	operator: ComparisonOperator,
	a: Float64Array | Uint8Array,
	b: Float64Array | Uint8Array,
	out: Uint8Array,
	rows: Int32Array,
	count: number,
): void {
	switch (operator) {
		case "=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) === (b[row] as number));
			}
			return;
		case "<>":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) !== (b[row] as number));
			}
			return;
		case "<":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) < (b[row] as number));
			}
			return;
		case "<=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) <= (b[row] as number));
			}
			return;
		case ">":
		case ">=":
			compareColumns(swapped(operator), b, a, out, rows, count);
	}
}

export function compareConstant(
	operator: ComparisonOperator,
	a: Float64Array | Uint8Array,
	constant: number,
	out: Uint8Array,
	rows: Int32Array,
	count: number,
): void {
	switch (operator) {
		case "=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) === constant);
			}
			return;
		case "<>":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) !== constant);
			}
			return;
		case "<":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) < constant);
			}
			return;
		case "<=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) <= constant);
			}
			return;
		case ">":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) > constant);
			}
			return;
		case ">=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[row] = bit((a[row] as number) >= constant);
			}
	}
}

/** Keeps the rows whose value compares so with a constant. `out` may be `rows`, but another array is faster. */
export function selectConstant(
	operator: ComparisonOperator,
	a: Float64Array,
	constant: number,
	rows: Int32Array,
	count: number,
	out: Int32Array,
): number {
	let kept = 0;
	switch (operator) {
		case "=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) === constant);
			}
			return kept;
		case "<>":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) !== constant);
			}
			return kept;
		case "<":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) < constant);
			}
			return kept;
		case "<=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) <= constant);
			}
			return kept;
		case ">":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) > constant);
			}
			return kept;
		case ">=":
			for (let i = 0; i < count; i++) {
				const row = rows[i] as number;
				out[kept] = row;
				kept += bit((a[row] as number) >= constant);
			}
			return kept;
	}
}

/** Keeps the rows with this code, or those without it. */
export function selectCode(codes: Int32Array, code: number, isWanted: boolean, rows: Int32Array, count: number, out: Int32Array): number {
	let kept = 0;
	if (isWanted) {
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			out[kept] = row;
			kept += bit(codes[row] === code);
		}
		return kept;
	}
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		out[kept] = row;
		kept += bit(codes[row] !== code);
	}
	return kept;
}

/** Keeps the rows where a byte is 1: a condition's value, or what is not null. */
export function selectBytes(bytes: Uint8Array, rows: Int32Array, count: number, out: Int32Array): number {
	let kept = 0;
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		out[kept] = row;
		kept += bytes[row] as number;
	}
	return kept;
}
