import { createReader } from "@weir/formats";
import type { Plan, PlannedNode, Stage } from "@weir/planner";
import { encodeRawFrame, encodeRecord, keyTextAt, partitionOf } from "@weir/records";
import type { RetryLetter } from "./retries.ts";

/** The task of a plan that can take a dead letter again: the partition that its key, or the fields its stage groups by, belong to. */
export function retryPlace(
	plan: Plan,
	letter: Pick<RetryLetter, "node" | "row" | "key">,
): { readonly stage: string; readonly partition: number } | undefined {
	const stage = plan.stages.find((candidate) => candidate.nodes.some((node) => node.id === letter.node));
	const node = stage?.nodes.find((candidate) => candidate.id === letter.node);
	if (stage === undefined || node === undefined) return undefined;
	const isSource = stage.inputs.some((input) => input.type === "source" && input.node === node.id);
	// What joins several inputs would have to know by which one the row came.
	if (!isSource && (letter.row === undefined || node.inputs !== undefined)) return undefined;
	return { stage: stage.id, partition: partitionIn(plan, stage, node, isSource ? undefined : letter.row, letter.key ?? "") };
}

function partitionIn(plan: Plan, stage: Stage, node: PlannedNode, row: string | undefined, key: string): number {
	if (stage.partitions === 1) return 0;
	const exchange = plan.exchanges.find(({ id }) => stage.inputs.some((input) => input.type === "exchange" && input.exchange === id));
	const indexes = exchange?.fields.map((name) => node.input.fields.findIndex((field) => field.name === name)) ?? [];
	// Behind the place where its fields were dropped, nothing depends on the partition.
	if (row === undefined || indexes.length === 0 || indexes.includes(-1)) return partitionOf(key, stage.partitions);
	const reader = createReader({ format: "json", schema: node.input }, () => {});
	reader.add(encodeRawFrame(0, [encodeRecord({ key, topic: "", payload: new TextEncoder().encode(row) })]), "", Number.NEGATIVE_INFINITY);
	if (reader.rows === 0) return partitionOf(key, stage.partitions);
	const { columns } = reader.batch();
	return partitionOf(
		keyTextAt(
			indexes.flatMap((index) => columns[index] ?? []),
			0,
		),
		stage.partitions,
	);
}
