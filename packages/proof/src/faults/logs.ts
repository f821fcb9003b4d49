import { setTimeout as pause } from "node:timers/promises";
import { connectRedis } from "@weir/backends";
import type { Load } from "../load.ts";
import type { Rig } from "../rig.ts";
import type { Fault } from "./fault.ts";

const PATIENCE_MS = 30_000;
/** With less room than this the doors take a disk for full. */
const TIGHT_BYTES = 60_000_000;

/** Waits until the door has answered a client 503; false when it did not. */
async function isRefused(load: Load): Promise<boolean> {
	const before = load.refusals.get(503) ?? 0;
	const until = performance.now() + 15_000;
	while (performance.now() < until) {
		if ((load.refusals.get(503) ?? 0) > before) return true;
		await pause(50);
	}
	return false;
}

async function setMaxMemory(rig: Rig, bytes: (used: number) => number): Promise<void> {
	const client = connectRedis(rig.data.url, { enableOfflineQueue: true });
	try {
		const used = Number(/^used_memory:(\d+)/m.exec(await client.info("memory"))?.[1] ?? 0);
		await client.config("SET", "maxmemory", String(Math.floor(bytes(used))));
	} finally {
		client.disconnect();
	}
}

export const LOG_FAULTS: readonly Fault[] = [
	{
		id: "F5a",
		title: "the log's Redis is killed and comes back",
		logs: ["redis"],
		async strike({ rig, random }) {
			await rig.log.kill();
			await pause(300 + random() * 700);
			await rig.log.revive();
			return undefined;
		},
	},
	{
		id: "F5b",
		title: "the Redis of the control messages is killed and comes back",
		async strike({ rig, random }) {
			await rig.parts.control.kill();
			await pause(300 + random() * 700);
			await rig.parts.control.revive();
			return undefined;
		},
	},
	{
		id: "F5c",
		title: "the gateway's connections to the log break while answers are on their way",
		logs: ["redis"],
		async strike({ rig, random }) {
			for (let i = 0; i < 4; i++) {
				rig.logGate.slow(60);
				await pause(150 + random() * 150);
				rig.logGate.dropAll();
				rig.logGate.mend();
			}
			return undefined;
		},
	},
	{
		id: "F6",
		title: "the power of the log's Redis is cut: of its files only what was flushed is left",
		logs: ["redis"],
		needs: "compiler",
		async strike({ rig, say }) {
			const lost = await rig.data.cutPower();
			say(`F6 took ${lost} bytes that were not flushed.`);
			await rig.log.revive();
			return undefined;
		},
	},
	{
		id: "F7",
		title: "the log loses its tail while checkpoints are ahead of it",
		logs: ["redis"],
		isOnRequest: true,
		async strike({ rig, load, caughtUp, noteLoss, say }) {
			const told = (await rig.eventsOf("log-lost-tail")).length;
			const rest = await load.rest();
			if (!(await caughtUp(PATIENCE_MS))) return ["F7: the flow did not catch up before the log lost its tail."];
			const written = await rig.data.written();
			await rest.round({ isDoomed: true });
			await caughtUp(PATIENCE_MS);
			await rig.data.cutTo(written);
			await rig.log.revive();
			noteLoss();
			rest.goOn();
			const until = performance.now() + PATIENCE_MS;
			while (performance.now() < until) {
				const events = await rig.eventsOf("log-lost-tail");
				if (events.length > told) {
					say(`F7: ${events[0]}`);
					return undefined;
				}
				await pause(100);
			}
			return ["F7: the log lost its tail and the flow did not say so."];
		},
	},
	{
		id: "F8",
		title: "the disk of the log's Redis is filled by something else, to the brim, and emptied",
		logs: ["redis"],
		needs: "tmpfs",
		async strike({ rig, load, say }) {
			await rig.data.fillDisk(TIGHT_BYTES);
			const refused = await isRefused(load);
			await rig.data.fillDisk(0);
			await pause(2_000);
			say(`F8: Redis ${rig.data.isRunning ? "still runs on a full disk" : "ended on the full disk"}.`);
			await rig.data.emptyDisk();
			await rig.log.revive();
			return refused ? undefined : ["F8: the door went on taking records with the disk almost full."];
		},
	},
	{
		id: "F9",
		title: "the log's Redis has used the memory that it may",
		logs: ["redis"],
		async strike({ rig, load }) {
			const lowering = new AbortController();
			const lowered = (async () => {
				// What Redis uses may fall by itself.
				while (!lowering.signal.aborted) {
					await setMaxMemory(rig, (used) => used * 0.99);
					await pause(500, undefined, { signal: lowering.signal }).catch(() => undefined);
				}
			})();
			const refused = await isRefused(load);
			lowering.abort();
			await lowered;
			await setMaxMemory(rig, () => 0);
			return refused ? undefined : ["F9: the door did not answer 503 while the log was full."];
		},
	},
	{
		id: "F15",
		title: "the Kafka broker is killed and comes back",
		logs: ["kafka"],
		async strike({ rig, random }) {
			await rig.log.kill();
			await pause(300 + random() * 700);
			await rig.log.revive();
			return undefined;
		},
	},
];
