import { WeirError } from "@weir/errors";
import { DURABILITY_CLASSES, type StorageChange, type StreamStorage } from "@weir/jobs";
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
	/** Of the newest generation of the stream. */
	readonly partitions: number;
	/** Of each generation, oldest first. */
	readonly generations: readonly number[];
	readonly storage: StreamStorage;
}

export interface Endpoints {
	all(): Promise<readonly StoredEndpoint[]>;
	ofFlow(flow: string): Promise<readonly StoredEndpoint[]>;
	get(flow: string, id: string): Promise<StoredEndpoint>;
	/** By id alone, for the live stream; undefined when it is not the tenant's. */
	find(id: string): Promise<StoredEndpoint | undefined>;
	/**
	 * Changes how the stream is kept. `before` acts while nobody else can change it, and before the change holds: what it throws leaves all as it was.
	 */
	setStorage(
		flow: string,
		id: string,
		change: Pick<StorageChange, "durability" | "keepMs" | "maxBytes">,
		before?: (now: StoredEndpoint) => Promise<void>,
	): Promise<StoredEndpoint>;
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
				if (!row) throw noSuchEndpoint();
				return toEndpoint(row);
			}),
		find: (id) =>
			run(async (tx) => {
				const row = await tx.endpoint.findFirst({ ...WITH_FLOW, where: { id } });
				return row === null ? undefined : toEndpoint(row);
			}),
		setStorage: (flow, id, { durability, keepMs, maxBytes }, before) =>
			run(async (tx) => {
				const locked = await tx.$queryRaw<
					{ id: string }[]
				>`select id from endpoint where flow_id = ${flow}::uuid and id = ${id}::uuid for update`;
				if (locked.length === 0) throw noSuchEndpoint();
				const now = toEndpoint(await tx.endpoint.findFirstOrThrow({ ...WITH_FLOW, where: { flowId: flow, id } }));
				await before?.(now);
				const data = {
					...(durability === undefined ? {} : { durability }),
					...(keepMs === undefined ? {} : { keepMs }),
					...(maxBytes === undefined ? {} : { maxBytes }),
				};
				await tx.endpoint.update({ where: { id }, data });
				return toEndpoint(await tx.endpoint.findFirstOrThrow({ ...WITH_FLOW, where: { flowId: flow, id } }));
			}),
	};
}

const WITH_FLOW = {
	include: { flow: { select: { name: true, draft: { select: { content: true } } } } },
	orderBy: { createdAt: "asc" as const },
};

function noSuchEndpoint(): WeirError {
	return new WeirError("ACCESS_NOT_FOUND", "There is no such endpoint.");
}

interface EndpointRow {
	id: string;
	key: string;
	flowId: string;
	nodeId: string;
	protocol: string;
	settings: unknown;
	partitions: number;
	earlierPartitions: number[];
	durability: string | null;
	keepMs: bigint | null;
	maxBytes: bigint | null;
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
		generations: [...row.earlierPartitions, row.partitions],
		storage: {
			durability: DURABILITY_CLASSES.find((one) => one === row.durability),
			keepMs: row.keepMs === null ? undefined : Number(row.keepMs),
			maxBytes: row.maxBytes === null ? undefined : Number(row.maxBytes),
		},
	};
}
