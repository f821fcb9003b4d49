import { printExpression } from "../print.ts";
import type { BitOperator, Bits } from "../tree.ts";
import { numberColumn, numbersOf } from "./columns.ts";
import { bothValid, type Compile, type Evaluate } from "./run.ts";

/** PostgreSQL shifts 64 bits, and by the amount modulo 64. */
const OPERATIONS: Readonly<Record<BitOperator, (a: bigint, b: bigint) => bigint>> = {
	"&": (a, b) => a & b,
	"|": (a, b) => a | b,
	"#": (a, b) => a ^ b,
	"<<": (a, b) => BigInt.asIntN(64, a << (b & 63n)),
	">>": (a, b) => a >> (b & 63n),
};

/** Numbers of up to 31 bits, as flags are, need no big integers. */
const SMALL: Readonly<Record<BitOperator, ((a: number, b: number) => number) | undefined>> = {
	"&": (a, b) => a & b,
	"|": (a, b) => a | b,
	"#": (a, b) => a ^ b,
	"<<": undefined,
	">>": undefined,
};

export function compileBits(tree: Bits, compile: Compile): Evaluate {
	const [left, right] = [compile(tree.left), compile(tree.right)];
	const place = printExpression(tree);
	const [small, large] = [SMALL[tree.operator], OPERATIONS[tree.operator]];
	return (run, rows, count) => {
		const a = numbersOf(left(run, rows, count));
		const b = numbersOf(right(run, rows, count));
		const valid = bothValid(run, a.valid, b.valid, rows, count);
		const out = run.numbers();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const [x, y] = [a.values[row] as number, b.values[row] as number];
			if (small !== undefined && (x | 0) === x && (y | 0) === y) {
				out[row] = small(x, y);
				continue;
			}
			// Rows that failed already may hold anything.
			const value = Number.isSafeInteger(x) && Number.isSafeInteger(y) ? Number(large(BigInt(x), BigInt(y))) : 0;
			out[row] = value;
			if (!Number.isSafeInteger(value)) run.fail(row, `An integer beyond 9007199254740991 came out in \`${place}\`.`);
		}
		return numberColumn("integer", out, valid);
	};
}
