import * as z from "zod";
import { defineConnection } from "../definition.ts";
import { type ConnectionField, secretField, trustFields, urlField, userField } from "../fields.ts";

const configSchema = z.object({
	controllerUrl: urlField({
		title: "Controller",
		placeholder: "https://pinot-controller.example.com:9000",
		help: "Tables and schemas are made here.",
	}),
	brokerUrl: urlField({
		title: "Broker",
		placeholder: "https://pinot-broker.example.com:8099",
		help: "Questions are asked here.",
	}),
	auth: z
		.enum(["none", "basic", "bearer"])
		.default("none")
		.meta({ title: "Sign-in" } satisfies ConnectionField),
	user: userField({ showIf: { field: "auth", is: ["basic"] } }),
	password: secretField({ title: "Password", showIf: { field: "auth", is: ["basic"] } }),
	token: secretField({ title: "Token", showIf: { field: "auth", is: ["bearer"] } }),
	...trustFields(),
});

export type PinotConfig = z.infer<typeof configSchema>;

/** Apache Pinot 0.11 or newer. */
export const definition = defineConnection<PinotConfig>({
	type: "pinot",
	title: "Apache Pinot",
	summary: "Tables for questions over much data, fed from Kafka.",
	config: configSchema,
	target: ({ controllerUrl }) => String(controllerUrl ?? "").replace(/[?#].*$/, ""),
	connector: async () => (await import("./connector.ts")).connector,
});
