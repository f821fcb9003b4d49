import {
	defineNode,
	endpointSettingsOf,
	type FieldMeta,
	lintSource,
	type NodeProblem,
	readingOf,
	sourceFields,
	sourceMigrations,
	sourceOutput,
	sourceSummary,
} from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	topicFilter: z
		.string()
		.max(500)
		.default("devices/+/telemetry")
		.meta({
			title: "Topic",
			widget: "topic",
			placeholder: "devices/+/telemetry",
			help: "Which topics to take: + stands for one level, # at the end for all below. Topics belong to your tenant alone.",
		} satisfies FieldMeta),
	...sourceFields,
});

export type MqttSourceConfig = z.infer<typeof configSchema>;

/** What is wrong with an MQTT topic filter (MQTT 5, 4.7.1); undefined when nothing is. */
function topicFault(filter: string): string | undefined {
	if (filter === "") return "Type a topic, for example devices/+/telemetry.";
	if (filter.includes("\0")) return "A topic cannot hold a zero character.";
	if (filter.startsWith("$")) return "Topics that begin with $ belong to the system. Choose another.";
	const levels = filter.split("/");
	for (const [i, level] of levels.entries()) {
		if (level.includes("#") && (level !== "#" || i !== levels.length - 1)) return "# may only stand alone at the end, as in devices/#.";
		if (level.includes("+") && level !== "+") return "+ must stand alone between slashes, as in devices/+/telemetry.";
	}
	return undefined;
}

function lint(config: MqttSourceConfig): NodeProblem[] {
	const fault = topicFault(config.topicFilter);
	const problems = lintSource(config);
	if (fault !== undefined) problems.push({ code: "topic-invalid", severity: "error", path: "topicFilter", message: fault });
	return problems;
}

export const definition = defineNode<MqttSourceConfig>({
	kind: "mqtt-source",
	version: 2,
	migrations: sourceMigrations,
	role: "source",
	category: "source",
	title: "MQTT source",
	summary: "Devices publish records to a topic",
	tags: ["broker", "publish", "topic", "mosquitto", "telemetry", "senml", "iot"],
	status: "stable",
	inputs: [],
	outputs: [{ name: "out", summary: "Every record that could be read." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: {
		guarantee: "effectively-once",
		needs: "QoS 1 repeats a publish when its acknowledgement was lost: set the message id, or put a Dedup node behind.",
	},
	outputSchema: sourceOutput,
	lint,
	cardSummary: (config) => `${config.topicFilter} · ${sourceSummary(config)}`,
	door: {
		protocol: "mqtt",
		settings: (config) => ({ ...endpointSettingsOf(config), topicFilter: config.topicFilter }),
	},
	reading: readingOf,
});
