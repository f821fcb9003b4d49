import type { ConnectOptions } from "../definition.ts";
import { basicAuth, HttpClient } from "../outbound/http-client.ts";
import type { SchemaRegistryConfig } from "./definition.ts";

export type { SchemaRegistryConfig } from "./definition.ts";

/** A client of the registry, signed in. Close it when done. */
export function openSchemaRegistry(config: SchemaRegistryConfig, options: ConnectOptions): HttpClient {
	const { url, user, password } = config;
	return new HttpClient({
		system: "the schema registry",
		baseUrl: url,
		rules: options.rules,
		trust: config,
		headers: {
			accept: "application/vnd.schemaregistry.v1+json, application/json",
			...(user === "" ? {} : basicAuth(user, password?.reveal() ?? "")),
		},
		...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
	});
}
