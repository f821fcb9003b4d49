import { WeirError } from "@weir/errors";
import { compile, loadParser, parseExpression } from "@weir/expressions";
import type { CreateOperator } from "@weir/node-kit";
import { type Column, type RecordBatch, select, selectionOf, withColumns } from "@weir/records";
import type { MapConfig } from "./definition.ts";

await loadParser();

/** A column of the output: one of the input's, or a computed one. */
type MakeColumn = (batch: RecordBatch, onFailure: (row: number, reason: string) => void) => Column | undefined;

export const createOperator: CreateOperator<MapConfig> = (config, context) => {
	const output = context.outputs.out ?? { fields: [] };
	const makers = output.fields.map((field): MakeColumn => {
		// Names are unique, so at most one entry makes this field.
		const entry = config.entries.find((candidate) => candidate.as === field.name);
		if (entry === undefined) {
			const index = context.input.fields.findIndex((candidate) => candidate.name === field.name);
			return (batch) => batch.columns[index];
		}
		const { tree, problems } = parseExpression(entry.expression, context.input);
		if (tree === undefined) {
			throw new WeirError("EXPRESSION_INVALID", problems[0]?.message ?? `The value of ${entry.as} in a Map node cannot be read.`);
		}
		const kernel = compile(tree);
		return (batch, onFailure) => kernel.compute(batch, onFailure);
	});

	return {
		onBatch(batch, emit) {
			const failed = new Set<number>();
			const columns = makers.flatMap(
				(make) =>
					make(batch, (row, reason) => {
						if (failed.has(row)) return;
						failed.add(row);
						context.reject(batch, row, "EXPRESSION_FAILED", reason);
					}) ?? [],
			);
			const mapped = withColumns(batch, output, columns);
			if (failed.size === 0) {
				emit("out", mapped);
				return;
			}
			const left = selectionOf(batch)
				.subarray(0, batch.selected)
				.filter((row) => !failed.has(row));
			if (left.length > 0) emit("out", select(mapped, left, left.length));
		},
	};
};
