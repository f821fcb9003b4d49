import { WeirError } from "@weir/errors";
import { compile, loadParser, parseExpression } from "@weir/expressions";
import type { CreateOperator } from "@weir/node-kit";
import { select, selectionOf } from "@weir/records";
import { portNamesOf, type RouteConfig } from "./definition.ts";

await loadParser();

export const createOperator: CreateOperator<RouteConfig> = (config, context) => {
	const names = portNamesOf(config.branches);
	const kernels = config.branches.map(({ condition }) => {
		const { tree, problems } = parseExpression(condition, context.input, { expected: "boolean" });
		if (tree === undefined)
			throw new WeirError("EXPRESSION_INVALID", problems[0]?.message ?? "A condition of a Route node cannot be read.");
		return compile(tree);
	});
	const isFirst = config.mode === "first";

	return {
		onBatch(batch, emit) {
			const failed = new Set<number>();
			const setAside = (row: number, reason: string) => {
				if (failed.has(row)) return;
				failed.add(row);
				context.reject(batch, row, "EXPRESSION_FAILED", reason);
			};
			const matched = new Uint8Array(batch.length);
			const found: Int32Array[] = [];
			let asked = batch;
			for (const kernel of kernels) {
				const rows = new Int32Array(asked.selected);
				const n = asked.selected === 0 ? 0 : kernel.filter(asked, rows, setAside);
				found.push(rows.subarray(0, n));
				for (let i = 0; i < n; i++) matched[rows[i] ?? 0] = 1;
				if (isFirst) asked = left(asked, (row) => matched[row] === 0 && !failed.has(row));
			}
			const rest = left(batch, (row) => matched[row] === 0 && !failed.has(row));
			// A record that goes to several branches becomes several, and one that cannot be judged at one branch goes to none.
			if (!isFirst) context.count("aggregated", batch.selected - failed.size);
			found.forEach((rows, i) => {
				const sound = failed.size === 0 ? rows : rows.filter((row) => !failed.has(row));
				if (sound.length > 0) emit(names[i] ?? "", sound.length === batch.selected ? batch : select(batch, sound, sound.length));
			});
			if (rest.selected > 0) emit("otherwise", rest);
		},
	};
};

function left(batch: Parameters<typeof select>[0], keep: (row: number) => boolean) {
	const rows = selectionOf(batch).subarray(0, batch.selected).filter(keep);
	return rows.length === batch.selected ? batch : select(batch, rows, rows.length);
}
