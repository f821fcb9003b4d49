import type { RecordSchema } from "@weir/records";
import * as z from "zod";
import { fieldsMeta, kind, meta } from "./kind.ts";

const schemaOf = (config: unknown): RecordSchema => ({ fields: (config as { fields: RecordSchema["fields"] }).fields });
const outputs = (config: unknown) => ({ schemas: { out: schemaOf(config) }, problems: [] });

export const SOURCES = [
	kind({
		kind: "mqtt-source",
		role: "source",
		category: "source",
		title: "MQTT",
		summary: "Records that devices publish",
		tags: ["broker", "subscribe", "topic"],
		config: z.strictObject({
			topic: z
				.string()
				.min(1, "Write a topic filter")
				.default("sensors/#")
				.meta(meta({ title: "Topic filter", widget: "topic" })),
			qos: z
				.enum(["0", "1", "2"])
				.default("1")
				.meta(meta({ title: "Quality of service" })),
			fields: fieldsMeta,
			maxRecordBytes: z
				.int()
				.min(1)
				.default(64_000)
				.meta(meta({ title: "Largest record", widget: "bytes", advanced: true })),
		}),
		outputSchema: outputs,
		cardSummary: (config) => `MQTT ${(config as { topic: string }).topic} · QoS ${(config as { qos: string }).qos}`,
	}),
	kind({
		kind: "http-source",
		role: "source",
		category: "source",
		title: "HTTP endpoint",
		summary: "Records that are posted",
		tags: ["webhook", "post", "rest"],
		config: z.strictObject({ fields: fieldsMeta }),
		outputSchema: outputs,
		cardSummary: () => "HTTP POST /in/gw-7",
	}),
	kind({
		kind: "kafka-source",
		role: "source",
		category: "source",
		title: "Kafka topic",
		summary: "Records of a Kafka topic",
		connection: "kafka",
		config: z.strictObject({
			connection: z
				.string()
				.min(1)
				.meta(meta({ title: "Connection", widget: "connection" })),
			fields: fieldsMeta,
		}),
		outputSchema: outputs,
	}),
];
