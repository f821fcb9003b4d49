import { defineConnection } from "../definition.ts";
import { type HttpConfig, httpConfigSchema } from "./config.ts";

/** A service of HTTP. */
export const definition = defineConnection<HttpConfig>({
	type: "http",
	title: "HTTP",
	summary: "A webhook that is called, or an API that is asked.",
	config: httpConfigSchema,
	target: ({ baseUrl }) => String(baseUrl ?? "").replace(/[?#].*$/, ""),
	connector: async () => (await import("./connector.ts")).connector,
});
