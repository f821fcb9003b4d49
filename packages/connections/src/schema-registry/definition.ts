import * as z from "zod";
import { defineConnection } from "../definition.ts";
import { secretField, trustFields, urlField, userField } from "../fields.ts";

const configSchema = z.object({
	url: urlField({ title: "Address", placeholder: "https://registry.example.com" }),
	user: userField({ help: "Or the key of an API key. Empty: nobody signs in." }),
	password: secretField({ title: "Password", help: "Or the secret of an API key." }),
	...trustFields(),
});

export type SchemaRegistryConfig = z.infer<typeof configSchema>;

/** A registry that speaks like Confluent's: Confluent, Karapace, Apicurio, Redpanda. */
export const definition = defineConnection<SchemaRegistryConfig>({
	type: "schema-registry",
	title: "Schema registry",
	summary: "Schemas of Avro records, for Kafka and others.",
	config: configSchema,
	target: ({ url }) => String(url ?? "").replace(/[?#].*$/, ""),
	connector: async () => (await import("./connector.ts")).connector,
});
