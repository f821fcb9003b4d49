import type { Person } from "./api.ts";
import type { DeviceDoor } from "./devices.ts";
import { expectJob } from "./results.ts";

/** A drawing of one source, a filter that lets warm records through, and a table. Names of nodes are their titles. */
export function warmFlow(source: "http-source" | "mqtt-source", table: string) {
	const node = (id: string, kind: string, label: string, x: number, config: object) => ({
		id,
		kind,
		version: 1,
		label,
		position: { x, y: 0 },
		config,
	});
	const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: "out" }, to: { node: to, port: "in" } });
	return {
		schemaVersion: 1,
		nodes: [
			node("source", source, "Source", 0, source === "http-source" ? { keyField: "deviceId" } : {}),
			node("filter", "filter", "Filter", 384, { condition: "temperature > 20" }),
			node("sink", "postgres-sink", "Table", 768, { table }),
		],
		edges: [edge("source", "filter"), edge("filter", "sink")],
	};
}

/** Makes a flow with that drawing and answers its id. */
export async function makeFlow(person: Person, name: string, flow: object): Promise<string> {
	return (await person.post<{ id: string }>("/flows", { name, flow })).id;
}

/** Deploys the draft and waits until its job runs. */
export async function deploy(person: Person, flowId: string): Promise<void> {
	const { draft } = await person.get<{ draft: { rev: number } }>(`/flows/${flowId}`);
	await person.post(`/flows/${flowId}/deploy`, { rev: draft.rev, note: "e2e" });
	await expectJob(person, flowId, "running");
}

/** A new device with a token for the flow's one endpoint. */
export async function newDevice(person: Person, flowId: string): Promise<DeviceDoor> {
	const [endpoint] = await person.get<readonly { id: string; url: string }[]>(`/flows/${flowId}/endpoints`);
	if (endpoint === undefined) throw new Error("The flow has no endpoint.");
	const connected = await person.post<{ device: { id: string }; token: string; topic?: string }>(
		`/flows/${flowId}/endpoints/${endpoint.id}/connect`,
	);
	return { url: endpoint.url, device: connected.device.id, token: connected.token, topic: connected.topic ?? "" };
}
