import type { Catalogue, Delivery } from "@weir/node-kit";
import type { Exchange, Plan, Stage } from "./plan.ts";

/** Where a stage gets its records from. */
type StageFeed =
	| { readonly kind: "source"; readonly node: string; readonly partitions: number }
	| {
			readonly kind: "stage";
			/** The stage that writes them, and its node that they leave from. */
			readonly stage: string;
			readonly from: string;
			readonly to: string;
			/** How they are put together on the way: "regrouped by room". */
			readonly how: string;
			readonly partitions: number;
	  };

/** What a sink of a stage promises. */
interface SinkPromise {
	readonly node: string;
	readonly guarantee: Delivery["guarantee"];
	/** What the promise rests on, one sentence. */
	readonly needs?: string;
}

interface ExplainedStage {
	readonly id: string;
	/** In the order in which records pass them. */
	readonly nodes: readonly { readonly id: string; readonly kind: string; readonly keepsState: boolean }[];
	/** It runs as so many tasks. */
	readonly partitions: number;
	readonly feeds: readonly StageFeed[];
	/** Why it is cut as it is, in sentences. */
	readonly because: readonly string[];
	/** What is committed together, one sentence. */
	readonly commit: string;
	readonly sinks: readonly SinkPromise[];
}

/** A plan as people read it: which nodes run together and why, what passes between them, and what each sink promises. */
export function explain(plan: Plan, catalogue: Catalogue): readonly ExplainedStage[] {
	return plan.stages.map((stage) => ({
		id: stage.id,
		nodes: stage.nodes.map(({ id, kind, stateSchema }) => ({ id, kind, keepsState: stateSchema !== undefined })),
		partitions: stage.partitions,
		feeds: feedsOf(stage, plan),
		because: stage.because,
		commit: commitOf(stage),
		sinks: stage.nodes.flatMap(({ id, kind }) => {
			const definition = catalogue.get(kind);
			return definition?.role === "sink" ? [{ node: id, ...definition.delivery }] : [];
		}),
	}));
}

function feedsOf(stage: Stage, plan: Plan): readonly StageFeed[] {
	return stage.inputs.flatMap((input): StageFeed[] => {
		if (input.type === "source") return [{ kind: "source", node: input.node, partitions: input.partitions }];
		const exchange = plan.exchanges.find(({ id }) => id === input.exchange);
		const writer = plan.stages.find(({ writes }) => writes.some((write) => write.exchange === input.exchange));
		const from = writer?.writes.find((write) => write.exchange === input.exchange)?.from.node;
		if (exchange === undefined || writer === undefined || from === undefined) return [];
		return [{ kind: "stage", stage: writer.id, from, to: input.to.node, how: regrouping(exchange), partitions: exchange.partitions }];
	});
}

function regrouping({ fields, partitions }: Exchange): string {
	if (partitions === 1) return "all in one place";
	return fields.length === 0 ? "spread by the record key" : `regrouped by ${fields.join(", ")}`;
}

function commitOf({ authority, outside, writes }: Stage): string {
	if (outside !== undefined)
		return "The sink's output is brought to its target where nobody sees it; its name, the place in the stream and all state are committed together in the log, and then it is made visible.";
	if (authority.type === "connection")
		return "The sink's rows, the place in the stream and all state are committed in one transaction of its database.";
	const output = writes.length === 0 ? "Output" : "What goes to other stages";
	return `${output}, the place in the stream and all state are committed together in the log.`;
}
