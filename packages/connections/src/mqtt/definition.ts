import * as z from "zod";
import { defineConnection } from "../definition.ts";
import { type ConnectionField, hostField, portField, secretField, tlsFields, userField } from "../fields.ts";

const configSchema = z.object({
	host: hostField({ placeholder: "broker.example.com" }),
	port: portField(8883),
	user: userField({ help: "Empty: nobody signs in." }),
	password: secretField({ title: "Password" }),
	version: z
		.enum(["5.0", "3.1.1"])
		.default("5.0")
		.meta({ title: "Version of MQTT", advanced: true, help: "Only 5.0 tells whether a message was refused." } satisfies ConnectionField),
	clientId: z
		.string()
		.trim()
		.max(64)
		.default("")
		.meta({ title: "Client id begins with", placeholder: "weir", advanced: true } satisfies ConnectionField),
	testTopic: z
		.string()
		.trim()
		.max(500)
		.refine((topic) => !/[+#]/.test(topic), "Enter a topic without + and #.")
		.default("weir/connection-test")
		.meta({
			title: "Topic of the test",
			advanced: true,
			help: "The test subscribes to it and publishes one message there.",
		} satisfies ConnectionField),
	...tlsFields({ initial: true }),
});

export type MqttConfig = z.infer<typeof configSchema>;

/** A broker of MQTT. */
export const definition = defineConnection<MqttConfig>({
	type: "mqtt",
	title: "MQTT",
	summary: "Topics of a broker of your own.",
	config: configSchema,
	target: ({ host = "", port = "" }) => `${host}:${port}`,
	connector: async () => (await import("./connector.ts")).connector,
});
