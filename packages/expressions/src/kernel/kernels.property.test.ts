import { aBatch, type FieldType, type RecordBatch, type Row, select, valueAt } from "@weir/records";
import { beforeAll, expect, it } from "vitest";
import { Generator } from "../../test/generate.ts";
import { Random } from "../../test/random.ts";
import { evaluate, RowFailure } from "../../test/reference.ts";
import { PROBE, probeRows } from "../../test/rows.ts";
import { compile, loadParser, parseExpression, type TypedExpression } from "../index.ts";

beforeAll(() => loadParser());

const TYPES: readonly FieldType[] = ["number", "integer", "boolean", "boolean", "text", "timestamp", "json"];

function expressions(random: Random, count: number, isCore = true): { readonly text: string; readonly tree: TypedExpression }[] {
	const generator = new Generator(random, { isCore });
	return Array.from({ length: count }, () => {
		const { ours: text } = generator.expression(random.pick(TYPES), 1 + random.below(4));
		const { tree, problems } = parseExpression(text, PROBE);
		if (tree === undefined) throw new Error(`${text}: ${JSON.stringify(problems)}`);
		return { text, tree };
	});
}

/** Value of a row by the plain reading; a failure is a word. */
function expected(tree: TypedExpression, row: Row): unknown {
	try {
		const value = evaluate(tree, row);
		if (value === null) return null;
		return typeof value === "bigint" ? Number(value) : tree.type === "json" ? JSON.parse(String(value)) : value;
	} catch (error) {
		if (error instanceof RowFailure) return "failed";
		throw error;
	}
}

function isNear(a: unknown, b: unknown): boolean {
	if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= 1e-9 * Math.max(1e-3, Math.abs(a), Math.abs(b));
	return JSON.stringify(a) === JSON.stringify(b);
}

/** A batch with some of its rows in play. */
function someRows(random: Random, rows: readonly Row[]): RecordBatch {
	const batch = aBatch(PROBE, rows);
	if (random.chance(0.3)) return batch;
	const selection = Int32Array.from(rows.keys()).filter(() => random.chance(0.7));
	return select(batch, selection, selection.length);
}

it("computes what a row-at-a-time reading computes, for every kind of expression, null and failure", () => {
	const random = new Random(7);
	for (const { text, tree } of expressions(random, 600)) {
		const kernel = compile(tree);
		// Two batches: whatever a kernel remembers of the first one must not show in the second.
		for (const size of [20, 7]) {
			const rows = probeRows(random, size);
			const batch = someRows(random, rows);
			const failed = new Set<number>();
			const column = kernel.compute(batch, (row) => failed.add(row));
			expect(column.type).toBe(tree.type);
			for (let i = 0; i < batch.selected; i++) {
				const row = batch.selection?.[i] ?? i;
				const wanted = expected(tree, rows[row] ?? {});
				const got = failed.has(row) ? "failed" : valueAt(column, row);
				expect(isNear(got, wanted), `${text} at ${JSON.stringify(rows[row])}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`).toBe(
					true,
				);
			}
			for (const row of failed)
				expect(batch.selection === undefined || batch.selection.subarray(0, batch.selected).includes(row)).toBe(true);
		}
	}
}, 60_000);

it("computes over the rows in play what it computes over each row alone, for the whole language", () => {
	const random = new Random(9);
	for (const { text, tree } of expressions(random, 900, false)) {
		const kernel = compile(tree);
		for (const size of [17, 6]) {
			const rows = probeRows(random, size);
			const batch = someRows(random, rows);
			const failed = new Set<number>();
			const column = kernel.compute(batch, (row) => failed.add(row));
			const together = Array.from({ length: batch.selected }, (_, i) => {
				const row = batch.selection?.[i] ?? i;
				return failed.has(row) ? "failed" : valueAt(column, row);
			});
			const alone = compile(tree);
			const apart = Array.from({ length: batch.selected }, (_, i) => {
				let isFailed = false;
				const one = alone.compute(aBatch(PROBE, [rows[batch.selection?.[i] ?? i] ?? {}]), () => {
					isFailed = true;
				});
				return isFailed ? "failed" : valueAt(one, 0);
			});
			expect(together, text).toEqual(apart);
		}
	}
}, 60_000);

it("filters exactly the rows for which a condition computes true, in order", () => {
	const random = new Random(8);
	for (const { text, tree } of expressions(random, 1500).filter((each) => each.tree.type === "boolean")) {
		const kernel = compile(tree);
		const rows = probeRows(random, 30);
		const batch = someRows(random, rows);
		const out = new Int32Array(batch.selected);
		const failures: number[] = [];
		const count = kernel.filter(batch, out, (row) => failures.push(row));
		const inPlay = Array.from(batch.selection?.subarray(0, batch.selected) ?? rows.keys());
		expect([...out.subarray(0, count)], text).toEqual(inPlay.filter((row) => expected(tree, rows[row] ?? {}) === true));
		expect(failures, text).toEqual(inPlay.filter((row) => expected(tree, rows[row] ?? {}) === "failed"));
	}
}, 60_000);
