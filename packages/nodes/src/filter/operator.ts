import { WeirError } from "@weir/errors";
import { compile, loadParser, parseExpression } from "@weir/expressions";
import type { CreateOperator } from "@weir/node-kit";
import { select } from "@weir/records";
import type { FilterConfig } from "./definition.ts";

await loadParser();

export const createOperator: CreateOperator<FilterConfig> = (config, context) => {
	const { tree, problems } = parseExpression(config.condition, context.input, { expected: "boolean" });
	if (tree === undefined) {
		throw new WeirError("EXPRESSION_INVALID", problems[0]?.message ?? "The condition of a Filter node cannot be read.");
	}
	const kernel = compile(tree);
	let kept = new Int32Array(0);

	return {
		onBatch(batch, emit) {
			if (kept.length < batch.selected) kept = new Int32Array(batch.selected * 2);
			let failed = 0;
			const found = kernel.filter(batch, kept, (row, reason) => {
				failed += 1;
				context.reject(batch, row, "EXPRESSION_FAILED", reason);
			});
			context.count("filtered", batch.selected - found - failed);
			if (found > 0) emit("out", found === batch.selected ? batch : select(batch, kept, found));
		},
	};
};
