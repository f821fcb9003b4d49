import type { Problem } from "@weir/errors";
import { describeChange, diffFlows, EMPTY_FLOW, type Flow, type Resolution, resolve } from "@weir/flow";
import type { Catalogue } from "@weir/node-kit";
import { DEFAULT_LIMITS, type Plan, type PlanLimits, plan } from "@weir/planner";
import type { DeployPreview } from "../api/contract/index.ts";
import { compare, type Predecessor } from "./compatibility.ts";
import { planWords } from "./plan-words.ts";

export interface Prepared {
	readonly resolution: Resolution;
	/** There when no problem is an error. */
	readonly plan: Plan | undefined;
}

/** What the deploy button would run; `partitions`: behind each regrouping of records, absent: as many as is usual; `streams`: of each generation of the sources' streams. */
export function prepare(
	flow: Flow,
	catalogue: Catalogue,
	partitions = DEFAULT_LIMITS.exchangePartitions,
	streams: PlanLimits["streams"] = {},
): Prepared {
	const resolution = resolve(flow, catalogue);
	const limits = { ...DEFAULT_LIMITS, exchangePartitions: partitions, streams };
	return { resolution, plan: resolution.resolved === undefined ? undefined : plan(resolution.resolved, limits) };
}

export interface PreviewOf {
	readonly rev: number;
	readonly draft: Flow;
	readonly live: Flow | undefined;
	readonly catalogue: Catalogue;
	/** What the new version takes over from; undefined: nothing was deployed yet. */
	readonly before: Predecessor | undefined;
	/** Partitions that are asked for behind each regrouping; undefined: as they run. */
	readonly partitions?: number | undefined;
	/** Partitions of each generation of the sources' streams. */
	readonly streams?: PlanLimits["streams"];
	/** What a connection is called, by its id. */
	readonly connections: ReadonlyMap<string, string>;
}

/** What a deploy would change, in words: the drawing, the plan, and what becomes of each node's state. */
export function previewDeploy({ rev, draft, live, catalogue, before, partitions, streams, connections }: PreviewOf): DeployPreview {
	const wanted = partitions ?? before?.plan.exchangePartitions ?? DEFAULT_LIMITS.exchangePartitions;
	const { resolution, plan } = prepare(draft, catalogue, wanted, streams);
	const named = new Map([...(live?.nodes ?? []), ...draft.nodes].map((node) => [node.id, labelIn(catalogue, node)]));
	const report = plan === undefined || before === undefined ? undefined : compare(before, plan, catalogue, (id) => named.get(id) ?? id);
	return {
		rev,
		problems: resolution.problems.map(toProblem),
		changes: changesOf(live ?? EMPTY_FLOW, draft, catalogue, connections),
		plan: planWords(plan, catalogue),
		nodes: report?.nodes ?? [],
		partitions: wanted,
		...(report === undefined ? {} : { inFlight: report.onTheirWay }),
	};
}

/** A problem as the contract has it: `fix` is open there, closed here. */
export function toProblem(problem: Problem): DeployPreview["problems"][number] {
	return { ...problem, fix: problem.fix === undefined ? undefined : { ...problem.fix } };
}

function changesOf(live: Flow, draft: Flow, catalogue: Catalogue, connections: PreviewOf["connections"]): DeployPreview["changes"] {
	const diff = diffFlows(live, draft);
	const named = (node: Node) => labelIn(catalogue, node);
	const byId = new Map([...live.nodes, ...draft.nodes].map((node) => [node.id, node]));
	const line = (edge: Flow["edges"][number]) => [edge.from.node, edge.to.node].map((id) => labelOf(byId.get(id), named, id)).join(" → ");
	return [
		...diff.addedNodes.map((node) => ({ kind: "added" as const, what: named(node), nodeId: node.id })),
		...diff.removedNodes.map((node) => ({ kind: "removed" as const, what: named(node), nodeId: node.id })),
		...diff.changedNodes.map(({ after, fields }) => ({
			kind: "changed" as const,
			what: named(after),
			nodeId: after.id,
			fields: fields.flatMap((field) =>
				describeChange(catalogue.get(after.kind), field, { connection: (id) => connections.get(id) }).map((change) => ({ ...change })),
			),
		})),
		...diff.addedEdges.map((edge) => ({ kind: "added" as const, what: line(edge) })),
		...diff.removedEdges.map((edge) => ({ kind: "removed" as const, what: line(edge) })),
		...diff.movedNodes.map((node) => ({ kind: "moved" as const, what: named(node), nodeId: node.id })),
	];
}

type Node = Flow["nodes"][number];

/** What people call a node: its label, else the title of its type. */
export function labelIn(catalogue: Catalogue, node: Node): string {
	return node.label.trim() || (catalogue.get(node.kind)?.title ?? node.kind);
}

function labelOf(node: Node | undefined, named: (node: Node) => string, id: string): string {
	return node === undefined ? id : named(node);
}
