import type { Catalogue } from "@weir/node-kit";
import { type Carry, carryOver, type NodeCarry, type Plan } from "@weir/planner";
import type { DeployPreview } from "../api/contract/index.ts";

/** What a new version takes over from. */
export interface Predecessor {
	readonly plan: Plan;
	/** It was drained: its windows are closed. */
	readonly hasEnded: boolean;
	readonly isFailed: boolean;
}

export interface CompatibilityReport {
	readonly nodes: DeployPreview["nodes"];
	readonly onTheirWay: string;
}

/** What becomes of what each node holds and of the records on their way, by the same comparison that the version cut makes. */
export function compare(before: Predecessor, plan: Plan, catalogue: Catalogue, labelOf: (node: string) => string): CompatibilityReport {
	const carry = carryOver(before.plan, plan);
	const kinds = new Map(
		[...before.plan.stages, ...plan.stages].flatMap((stage) => stage.nodes.map((node) => [node.id, node.kind] as const)),
	);
	const holds = (node: string) => catalogue.get(kinds.get(node) ?? "")?.holds ?? "what it remembers";
	const gone = before.plan.stages
		.flatMap((stage) => stage.nodes)
		.filter((node) => node.stateSchema !== undefined && !carry.nodes.some((one) => one.node === node.id));
	return {
		nodes: [
			...carry.nodes.map((one) => {
				const { state, note } = wordsOf(one, before, holds(one.node), plan);
				const mayStartFresh = one.isStateful && (state === "kept" || state === "migrated");
				return { nodeId: one.node, label: labelOf(one.node), state, note, mayStartFresh };
			}),
			...gone.map((node) => ({
				nodeId: node.id,
				label: labelOf(node.id),
				state: "reset" as const,
				note: `It is no longer part of the flow: ${holds(node.id)} are lost.`,
				mayStartFresh: false,
			})),
		],
		onTheirWay: onTheirWay(before, carry),
	};
}

function wordsOf(carry: NodeCarry, before: Predecessor, holds: string, plan: Plan): { state: NodeCarry["fate"]; note: string } {
	const { fate, isStateful, spreadOver } = carry;
	const spread = spreadOver === undefined ? "" : spreadOver === 1 ? " gathered in one partition" : ` spread over ${spreadOver} partitions`;
	if (fate === "new") return { state: "new", note: isStateful ? "Begins empty." : "Begins with the next record." };
	if (!isStateful)
		return { state: "kept", note: isSource(plan, carry.node) ? "Reads on where it stopped." : "Keeps nothing between records." };
	if (before.hasEnded) return { state: "reset", note: `The flow was drained to its end: ${holds} are not taken over.` };
	switch (fate) {
		case "kept":
			return { state: "kept", note: `Goes on with ${holds}${spread && `,${spread}`}.` };
		case "migrated":
			return { state: "migrated", note: `Goes on with ${holds}, under its new settings${spread && ` and${spread}`}.` };
		case "reset":
			return {
				state: "reset",
				note:
					carry.why === "grouping"
						? `Records reach it grouped by something else now: ${holds} are lost.`
						: `Its new settings keep another kind of state: ${holds} are lost.`,
			};
	}
}

function isSource(plan: Plan, node: string): boolean {
	return plan.stages.some((stage) => stage.inputs.some((input) => input.type === "source" && input.node === node));
}

function onTheirWay(before: Predecessor, carry: Carry): string {
	if (before.hasEnded) return "The new version reads on where the drain ended.";
	if (carry.drains.length === 0)
		return "The new version goes on at the last commit of the one that runs, within a few seconds. Nothing is closed early.";
	return before.isFailed
		? "The version that failed cannot write the records that are on their way between its stages, and the new one groups or shapes them differently: they are lost. To keep them, put right what failed without changing the nodes before it, deploy that first, and then the rest."
		: "The version that runs first writes the records that are on their way between its stages, as the new one groups or shapes them differently. Then the new one goes on. Nothing is closed early.";
}
