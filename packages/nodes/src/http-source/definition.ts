import {
	defineNode,
	endpointSettingsOf,
	type FieldMeta,
	lintSource,
	readingOf,
	sourceFields,
	sourceMigrations,
	sourceOutput,
	sourceSummary,
} from "@weir/node-kit";
import * as z from "zod";

const configSchema = z.strictObject({
	...sourceFields,
	allowQueryToken: z
		.boolean()
		.default(false)
		.meta({
			title: "Token in the address",
			advanced: true,
			help: "Accepts ?token=… for devices that cannot send a header. Addresses end up in logs, so prefer the header.",
		} satisfies FieldMeta),
});

export type HttpSourceConfig = z.infer<typeof configSchema>;

export const definition = defineNode<HttpSourceConfig>({
	kind: "http-source",
	version: 2,
	migrations: sourceMigrations,
	role: "source",
	category: "source",
	title: "HTTP source",
	summary: "Devices post records to an address of their own",
	tags: ["rest", "post", "webhook", "curl", "endpoint", "ndjson", "senml"],
	status: "stable",
	inputs: [],
	outputs: [{ name: "out", summary: "Every record that could be read." }],
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: {
		guarantee: "effectively-once",
		needs: "Set the message id, or send an Idempotency-Key, so that a device may post again after a broken line.",
	},
	outputSchema: sourceOutput,
	lint: lintSource,
	cardSummary: sourceSummary,
	door: {
		protocol: "http",
		settings: (config) => ({ ...endpointSettingsOf(config), allowQueryToken: config.allowQueryToken }),
	},
	reading: readingOf,
});
