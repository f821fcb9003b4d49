import { WeirError } from "@weir/errors";
import type { MqttClient } from "mqtt";
import type { BrowseEntry, Connector } from "../definition.ts";
import { playSteps, reach, stepTime, within } from "../steps.ts";
import { mqttFailure, openMqtt } from "./client.ts";
import type { MqttConfig } from "./definition.ts";

/** A broker has no list of its topics: one hears those that carry something meanwhile, or keep a message. */
const LISTEN_MS = 1_500;
const MOST_TOPICS = 500;

export const connector: Connector<MqttConfig> = {
	test: (config, options) =>
		playSteps(options, mqttFailure, async (attempt) => {
			const { host, port } = config;
			await reach(attempt, { host, port, trust: config.tls ? config : undefined }, options);
			const { client, connected } = openMqtt(config, options);
			try {
				await attempt("sign-in", connected, () => (config.user === "" ? "The broker lets us in." : `Signed in as ${config.user}.`));
				await attempt(
					"permission",
					() => tryTopic(client, config.testTopic),
					() => `May subscribe and publish to ${config.testTopic}.`,
				);
			} finally {
				client.end(true);
			}
		}),

	async browse(config, path, options) {
		const { client, connected } = openMqtt(config, options);
		try {
			await within(stepTime(options), connected());
			return await listen(client, path);
		} catch (error) {
			throw mqttFailure(error);
		} finally {
			client.end(true);
		}
	},
};

async function tryTopic(client: MqttClient, topic: string): Promise<void> {
	const granted = await client.subscribeAsync(topic, { qos: 1 });
	const refused = granted.find(({ qos }) => qos >= 128);
	if (refused !== undefined) {
		throw new WeirError(
			"CONNECTION_DENIED",
			`The broker does not let this user subscribe to ${topic}; give it the right, or choose another topic for the test.`,
		);
	}
	await client.publishAsync(topic, "", { qos: 1 });
}

function listen(client: MqttClient, path: readonly string[]): Promise<readonly BrowseEntry[]> {
	const start = path.map((level) => `${level}/`).join("");
	const found = new Map<string, BrowseEntry>();
	return new Promise((resolve, reject) => {
		const done = () => {
			clearTimeout(timer);
			resolve([...found.values()].sort((a, b) => a.name.localeCompare(b.name, "en")));
		};
		const timer = setTimeout(done, LISTEN_MS);
		client.on("message", (topic) => {
			if (!topic.startsWith(start)) return;
			const [name = "", ...below] = topic.slice(start.length).split("/");
			const known = found.get(name);
			found.set(name, { name, kind: "topic", hasChildren: below.length > 0 || known?.hasChildren === true });
			if (found.size >= MOST_TOPICS) done();
		});
		client.subscribeAsync(`${start}#`, { qos: 0 }).catch((error: unknown) => {
			clearTimeout(timer);
			reject(error);
		});
	});
}
