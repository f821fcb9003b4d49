import * as z from "zod";
import { defineConnection } from "../definition.ts";
import { type ConnectionField, secretField, tlsFields, userField } from "../fields.ts";
import { readBrokers } from "./brokers.ts";

const configSchema = z.object({
	brokers: z
		.string()
		.trim()
		.min(1, "Enter at least one broker, such as kafka-1.example.com:9092.")
		.max(2_000)
		.refine((text) => readBrokers(text) !== undefined, "Write brokers as host:port, with commas between them.")
		.meta({
			title: "Brokers",
			placeholder: "kafka-1.example.com:9092, kafka-2.example.com:9092",
			help: "One is enough; the others name themselves.",
		} satisfies ConnectionField),
	mechanism: z
		.enum(["none", "plain", "scram-sha-256", "scram-sha-512"])
		.default("none")
		.meta({ title: "Sign-in" } satisfies ConnectionField),
	user: userField({ showIf: { field: "mechanism", is: ["plain", "scram-sha-256", "scram-sha-512"] } }),
	password: secretField({ title: "Password", showIf: { field: "mechanism", is: ["plain", "scram-sha-256", "scram-sha-512"] } }),
	...tlsFields({ initial: true }),
});

export type KafkaConfig = z.infer<typeof configSchema>;

/** Kafka 1.0 or newer, and what speaks like it. */
export const definition = defineConnection<KafkaConfig>({
	type: "kafka",
	title: "Kafka",
	summary: "Topics of a Kafka or Redpanda cluster.",
	config: configSchema,
	target: ({ brokers }) => String(brokers ?? ""),
	connector: async () => (await import("./connector.ts")).connector,
});
