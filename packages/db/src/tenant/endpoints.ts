import { WeirError } from "@weir/errors";
import { endpointSettingsSchema, type StoredEndpointSettings } from "../endpoint-settings.ts";
import type { InTenant } from "./client.ts";
import { findFlow } from "./flow-row.ts";

export interface StoredEndpoint {
	readonly id: string;
	readonly key: string;
	readonly flow: string;
	readonly flowName: string;
	readonly node: string;
	/** Label of the node in the draft; its id when the draft has it no more. */
	readonly nodeLabel: string;
	readonly protocol: "http" | "mqtt";
	readonly settings: StoredEndpointSettings;
	readonly partitions: number;
}

export interface Endpoints {
	all(): Promise<readonly StoredEndpoint[]>;
	ofFlow(flow: string): Promise<readonly StoredEndpoint[]>;
	get(flow: string, id: string): Promise<StoredEndpoint>;
	/** By id alone, for the live stream; undefined when it is not the tenant's. */
	find(id: string): Promise<StoredEndpoint | undefined>;
}

export function openEndpoints(run: InTenant): Endpoints {
	return {
		all: () => run(async (tx) => (await tx.endpoint.findMany(WITH_FLOW)).map(toEndpoint)),
		ofFlow: (flow) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				return (await tx.endpoint.findMany({ ...WITH_FLOW, where: { flowId: flow } })).map(toEndpoint);
			}),
		get: (flow, id) =>
			run(async (tx) => {
				const row = await tx.endpoint.findFirst({ ...WITH_FLOW, where: { flowId: flow, id } });
				if (!row) throw new WeirError("ACCESS_NOT_FOUND", "There is no such endpoint.");
				return toEndpoint(row);
			}),
		find: (id) =>
			run(async (tx) => {
				const row = await tx.endpoint.findFirst({ ...WITH_FLOW, where: { id } });
				return row === null ? undefined : toEndpoint(row);
			}),
	};
}

const WITH_FLOW = {
	include: { flow: { select: { name: true, draft: { select: { content: true } } } } },
	orderBy: { createdAt: "asc" as const },
};

interface EndpointRow {
	id: string;
	key: string;
	flowId: string;
	nodeId: string;
	protocol: string;
	settings: unknown;
	partitions: number;
	flow: { name: string; draft: { content: unknown } | null };
}

function toEndpoint(row: EndpointRow): StoredEndpoint {
	const drawing = row.flow.draft?.content as { nodes?: { id: string; label: string }[] } | undefined;
	const label = drawing?.nodes?.find((node) => node.id === row.nodeId)?.label;
	return {
		id: row.id,
		key: row.key,
		flow: row.flowId,
		flowName: row.flow.name,
		node: row.nodeId,
		nodeLabel: label === undefined || label === "" ? row.nodeId : label,
		protocol: row.protocol === "mqtt" ? "mqtt" : "http",
		settings: endpointSettingsSchema.parse(row.settings),
		partitions: row.partitions,
	};
}
