import { type FlowTemplate, line, place } from "./template.ts";

const fields = [
	{ name: "device", type: "text" },
	{ name: "time", type: "timestamp" },
	{ name: "temperature", type: "number" },
	{ name: "pressure", type: "number" },
	{ name: "status", type: "text" },
];

const source = { fields, eventTimeField: "time", keyField: "device" };

export const pumpAverages: FlowTemplate = {
	id: "pump-averages",
	title: "Pump averages",
	summary: "HTTP and MQTT → dedup → filter → 10-second averages → Postgres",
	needs: "Works at once: results go to the built-in Postgres.",
	fleet: "pumps",
	flow: {
		schemaVersion: 1,
		nodes: [
			place("http", "http-source", "Pumps over HTTP", 0, 0, source),
			place("mqtt", "mqtt-source", "Pumps over MQTT", 0, 2, { ...source, topicFilter: "pumps/+" }),
			place("dedup", "dedup", "Each reading once", 1, 1, { keys: ["device", "time"], horizonMs: 600_000 }),
			place("running", "filter", "Only running pumps", 2, 1, { condition: "pressure > 0.5 and status <> 'off'" }),
			place("average", "tumbling-window", "10-second average", 3, 1, {
				sizeMs: 10_000,
				groupBy: ["device"],
				aggregates: [
					{ function: "count", field: "", as: "readings" },
					{ function: "avg", field: "temperature", as: "temperature" },
					{ function: "max", field: "temperature", as: "hottest" },
					{ function: "avg", field: "pressure", as: "pressure" },
				],
			}),
			place("table", "postgres-sink", "Pump averages", 4, 1, {
				table: "pump_averages",
				mode: "upsert",
				keyColumns: ["window_start", "device"],
			}),
		],
		edges: [line("http", "dedup"), line("mqtt", "dedup"), line("dedup", "running"), line("running", "average"), line("average", "table")],
	},
};
