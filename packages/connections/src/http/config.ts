import * as z from "zod";
import { type ConnectionField, secretField, trustFields, urlField, userField } from "../fields.ts";

/** How to reach a service of HTTP: a webhook, an API that is polled. */
export const httpConfigSchema = z.object({
	baseUrl: urlField({
		title: "Address",
		placeholder: "https://api.example.com/v1",
		help: "Nodes add their paths to it. Redirects are not followed.",
	}),
	auth: z
		.enum(["none", "bearer", "basic"])
		.default("none")
		.meta({ title: "Sign-in", help: "bearer: a token. basic: user and password." } satisfies ConnectionField),
	token: secretField({ title: "Token", showIf: { field: "auth", is: ["bearer"] } }),
	user: userField({ showIf: { field: "auth", is: ["basic"] } }),
	password: secretField({ title: "Password", showIf: { field: "auth", is: ["basic"] } }),
	testMethod: z
		.enum(["GET", "HEAD", "OPTIONS"])
		.default("GET")
		.meta({
			title: "Method of the test",
			advanced: true,
			help: "Sent to the address when the connection is tested.",
		} satisfies ConnectionField),
	headers: z
		.record(z.string().regex(/^[A-Za-z0-9-]+$/, "A header's name has letters, digits and hyphens."), z.string().max(4_000))
		.default({})
		.meta({
			title: "Headers",
			advanced: true,
			help: "Sent with every request, and readable here: a key belongs into the token.",
		} satisfies ConnectionField),
	tokenHeader: z
		.string()
		.trim()
		.max(100)
		.regex(/^[A-Za-z0-9-]*$/, "A header's name has letters, digits and hyphens.")
		.default("")
		.meta({
			title: "Header of the token",
			placeholder: "X-Api-Key",
			advanced: true,
			help: "Empty: Authorization, with the word Bearer before the token.",
			showIf: { field: "auth", is: ["bearer"] },
		} satisfies ConnectionField),
	signingSecret: secretField({
		title: "Signing secret",
		advanced: true,
		help: "Webhooks are signed with it (Standard Webhooks).",
	}),
	signingSecretBefore: secretField({
		title: "Signing secret before",
		advanced: true,
		help: "Signs too, while the receiver changes from one to the other.",
	}),
	...trustFields(),
});

export type HttpConfig = z.infer<typeof httpConfigSchema>;
