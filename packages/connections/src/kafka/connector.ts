import { setTimeout as pause } from "node:timers/promises";
import type { Admin } from "kafkajs";
import type { BrowseEntry, ConnectOptions, Connector } from "../definition.ts";
import { guardedConnect } from "../outbound/guard.ts";
import { playSteps, reach, stepTime, within } from "../steps.ts";
import { readBrokers } from "./brokers.ts";
import { kafkaFailure, openKafka } from "./client.ts";
import type { KafkaConfig } from "./definition.ts";

const MOST_TOPICS = 1_000;
const LEAVE_MS = 1_000;

export const connector: Connector<KafkaConfig> = {
	test: (config, options) =>
		playSteps(options, kafkaFailure, async (attempt) => {
			const [first] = readBrokers(config.brokers) ?? [];
			if (first !== undefined) await reach(attempt, { ...first, trust: config.tls ? config : undefined }, options);
			const { kafka, close } = openKafka(config, options);
			const admin = kafka.admin();
			try {
				await attempt(
					"sign-in",
					() => admin.connect(),
					() => (config.mechanism === "none" ? "The cluster asks for no sign-in." : `Signed in as ${config.user}.`),
				);
				await attempt(
					"members",
					() => reachMembers(admin, options),
					(members) => `The cluster names ${members} ${members === 1 ? "broker" : "brokers"}, and all can be reached.`,
				);
				await attempt(
					"permission",
					() => admin.listTopics(),
					(topics) => `The topics can be read: there are ${topics.length}.`,
				);
			} finally {
				void leave(admin, close);
			}
		}),

	async browse(config, path, options) {
		const { kafka, close } = openKafka(config, options);
		const admin = kafka.admin();
		const [topic] = path;
		try {
			await within(stepTime(options), admin.connect());
			return await within(stepTime(options), topic === undefined ? topics(admin) : partitions(admin, topic));
		} catch (error) {
			throw kafkaFailure(error);
		} finally {
			void leave(admin, close);
		}
	},
};

/** One that never connected cannot be disconnected either. */
async function leave(admin: Admin, close: () => void): Promise<void> {
	await Promise.race([admin.disconnect().catch(() => {}), pause(LEAVE_MS, undefined, { ref: false })]);
	close();
}

/** Clients talk to the brokers by the names that they give themselves, which often only hold inside their own network. */
async function reachMembers(admin: Admin, options: ConnectOptions): Promise<number> {
	const { brokers } = await admin.describeCluster();
	for (const { host, port } of brokers) (await guardedConnect(host, port, options.rules, stepTime(options))).destroy();
	return brokers.length;
}

async function topics(admin: Admin): Promise<readonly BrowseEntry[]> {
	const names = (await admin.listTopics()).filter((name) => !name.startsWith("__")).sort((a, b) => a.localeCompare(b, "en"));
	return names.slice(0, MOST_TOPICS).map((name) => ({ name, kind: "topic", hasChildren: true }));
}

async function partitions(admin: Admin, topic: string): Promise<readonly BrowseEntry[]> {
	const offsets = await admin.fetchTopicOffsets(topic);
	return [...offsets]
		.sort((a, b) => a.partition - b.partition)
		.map(({ partition, low, high }) => ({
			name: String(partition),
			kind: "partition",
			hasChildren: false,
			note: `records ${low} to ${high}`,
		}));
}
