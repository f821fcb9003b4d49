import { connectRedis } from "@weir/backends";
import { topicsSeen } from "@weir/backends/log";
import { liveKey, parseTaskReport, type TaskReport, tapKey } from "@weir/jobs";

type Hear = (text: string) => void;

/** The web server's side of control Redis: what workers report, and what we announce. */
export interface ControlBus {
	/** The newest report of every task of a job; empty when Redis is away or nothing was reported. */
	reports(job: string): Promise<readonly TaskReport[]>;
	/** Tells whoever listens now. Nobody may rest on being told: the database has the truth. */
	announce(channel: string, text: string): Promise<void>;
	/** Hears a channel until the returned function is called. */
	follow(channel: string, hear: Hear): () => void;
	/** Asks the workers for samples at a node or edge until then. */
	openTap(job: string, target: string, untilMs: number): Promise<void>;
	closeTap(job: string, target: string): Promise<void>;
	/** MQTT topics that a tenant's devices published to in the last day. Throws when control Redis is away: unknown is not none. */
	topicsSeen(tenant: string, nowMs: number): Promise<readonly string[]>;
	close(): void;
}

export function openControlBus(url: string): ControlBus {
	const client = connectRedis(url);
	const listener = connectRedis(url, { commandTimeout: undefined });
	const channels = new Map<string, Set<Hear>>();
	listener.on("message", (channel: string, text: string) => {
		for (const hear of channels.get(channel) ?? []) hear(text);
	});
	// A subscription made while Redis is away would fail and never come back.
	listener.on("ready", () => {
		if (channels.size > 0) listener.subscribe(...channels.keys()).catch(() => undefined);
	});
	return {
		async reports(job) {
			const texts = await client.hvals(liveKey(job)).catch((): string[] => []);
			return texts.flatMap((text) => parseTaskReport(text) ?? []);
		},
		async announce(channel, text) {
			await client.publish(channel, text).catch(() => undefined);
		},
		follow(channel, hear) {
			const group = channels.get(channel) ?? new Set();
			group.add(hear);
			if (!channels.has(channel)) {
				channels.set(channel, group);
				if (listener.status === "ready") listener.subscribe(channel).catch(() => undefined);
			}
			return () => {
				group.delete(hear);
				if (group.size > 0 || channels.get(channel) !== group) return;
				channels.delete(channel);
				if (listener.status === "ready") listener.unsubscribe(channel).catch(() => undefined);
			};
		},
		async openTap(job, target, untilMs) {
			await client
				.multi()
				.hset(tapKey(job), target, String(untilMs))
				.pexpireat(tapKey(job), untilMs + 60_000)
				.exec()
				.catch(() => undefined);
		},
		async closeTap(job, target) {
			await client.hdel(tapKey(job), target).catch(() => undefined);
		},
		topicsSeen: (tenant, nowMs) => topicsSeen(client, tenant, nowMs),
		close() {
			client.disconnect();
			listener.disconnect();
		},
	};
}
