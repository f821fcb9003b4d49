import type { StoredEndpoint } from "@weir/db";
import { type Flow, parseConfig } from "@weir/flow";
import { durabilityInForce, type LogPromise } from "@weir/jobs";
import type { Catalogue } from "@weir/node-kit";
import type { RecordSchema } from "@weir/records";
import type { Connected, Endpoint } from "../api/contract/index.ts";

export interface GatewayAddresses {
	readonly httpUrl: string;
	readonly mqttUrl: string;
}

/** Where devices post for this endpoint. */
function addressOfEndpoint(endpoint: StoredEndpoint, gateway: GatewayAddresses): string {
	return endpoint.protocol === "mqtt" ? gateway.mqttUrl : `${gateway.httpUrl.replace(/\/$/, "")}/v1/${endpoint.key}`;
}

export function toEndpoint(
	endpoint: StoredEndpoint,
	gateway: GatewayAddresses,
	seen: { readonly records?: number; readonly lastRecordAt?: number },
	promise: LogPromise | undefined,
): Endpoint {
	return {
		id: endpoint.id,
		key: endpoint.key,
		flowId: endpoint.flow,
		flowName: endpoint.flowName,
		nodeId: endpoint.node,
		nodeLabel: endpoint.nodeLabel,
		protocol: endpoint.protocol,
		url: addressOfEndpoint(endpoint, gateway),
		topic: endpoint.settings.topicFilter,
		format: endpoint.settings.format,
		durability: promise === undefined ? undefined : durabilityInForce(endpoint.storage.durability, promise),
		...seen,
	};
}

interface Issued {
	readonly device: { readonly id: string; readonly name: string };
	readonly token: string;
}

/** Commands that work when pasted into a shell: address, topic, token and a fitting record are filled in. */
export function connected(endpoint: StoredEndpoint, issued: Issued, gateway: GatewayAddresses, example: string): Connected {
	const { device, token } = issued;
	const topic = endpoint.settings.topicFilter === undefined ? undefined : exampleTopic(endpoint.settings.topicFilter, device.id);
	return {
		device: { id: device.id, name: device.name },
		token,
		example,
		...(topic === undefined
			? { curl: curl(addressOfEndpoint(endpoint, gateway), token, example) }
			: { topic, mosquittoPub: mosquittoPub(gateway.mqttUrl, device.id, token, topic, example) }),
	};
}

function curl(url: string, token: string, example: string): string {
	const headers = [`Authorization: Bearer ${token}`, "Content-Type: application/json"].map((header) => `-H ${quoted(header)}`);
	return [`curl -X POST ${quoted(url)}`, ...headers, `-d ${quoted(example)}`].join(" ");
}

function mosquittoPub(url: string, device: string, token: string, topic: string, example: string): string {
	const { hostname, port, protocol } = new URL(url);
	const tls = protocol === "mqtts:" ? " --tls-use-os-certs" : "";
	const place = `-h ${hostname} -p ${port === "" ? (protocol === "mqtts:" ? "8883" : "1883") : port}${tls}`;
	return `mosquitto_pub ${place} -u ${quoted(device)} -P ${quoted(token)} -q 1 -t ${quoted(topic)} -m ${quoted(example)}`;
}

/** A topic that the filter matches. */
export function exampleTopic(filter: string, device: string): string {
	const levels = filter.split("/").map((level) => (level === "+" ? device : level === "#" ? "data" : level));
	return levels.join("/");
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A record that the source can read, from the fields it says a record has. */
export function exampleRecord(flow: Flow, nodeId: string, catalogue: Catalogue, nowMs: number): string {
	const node = flow.nodes.find((candidate) => candidate.id === nodeId);
	const definition = node === undefined ? undefined : catalogue.get(node.kind);
	const config = node === undefined || definition === undefined ? undefined : parseConfig(node, definition).config;
	const reading = config === undefined ? undefined : definition?.reading?.(config);
	if (reading === undefined || reading.schema.fields.length === 0) return '{"temperature":21.5}';
	return reading.format === "senml" ? senmlExample(reading.schema, nowMs) : jsonExample(reading.schema, nowMs);
}

type Field = RecordSchema["fields"][number];

function jsonExample(schema: RecordSchema, nowMs: number): string {
	return JSON.stringify(Object.fromEntries(schema.fields.map((field) => [field.name, exampleValue(field, nowMs)])));
}

// RFC 8428: one entry a field, the base time once.
function senmlExample(schema: RecordSchema, nowMs: number): string {
	const entries = schema.fields.map((field) => {
		const value = exampleValue(field, nowMs);
		if (typeof value === "boolean") return { n: field.name, vb: value };
		if (field.type === "timestamp") return { n: field.name, u: "time", v: nowMs };
		return typeof value === "number" ? { n: field.name, v: value } : { n: field.name, vs: String(value) };
	});
	return JSON.stringify(entries.map((entry, i) => (i === 0 ? { bt: Math.floor(nowMs / 1_000), ...entry } : entry)));
}

function exampleValue({ name, type }: Field, nowMs: number): unknown {
	switch (type) {
		case "number":
			return 21.5;
		case "integer":
			return 1;
		case "boolean":
			return true;
		case "timestamp":
			return new Date(nowMs).toISOString();
		case "json":
			return {};
		case "text":
			return /device|sensor|machine/i.test(name) ? "pump-1" : /status|state/i.test(name) ? "ok" : "text";
	}
}
