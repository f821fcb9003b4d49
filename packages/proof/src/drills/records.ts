import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRedisLog, openLog } from "@weir/backends/log";
import { CODEC, encodeFrameHeader, encodeRecord } from "@weir/records";
import { endpointStream, type Log } from "@weir/runtime";
import { DRILL } from "../env.ts";
import { whyNot } from "../needs.ts";
import { MortalRedis } from "../services.ts";

/* What the log answers for: a message that came before is known, and what it says is on disk outlives the power. */

const RECORDS = 20;
const SETTINGS = ["always", "everysec"] as const;

function sender(log: Log, producer: string) {
	const stream = endpointStream("drill", randomUUID());
	const header = encodeFrameHeader(CODEC.raw, Date.now());
	let seq = 0;
	return {
		send: (messageId: string) => {
			const record = encodeRecord({ key: "k", topic: "", payload: new TextEncoder().encode(messageId) });
			seq += 1;
			return log.appendIdentified(stream, 0, header, [{ messageId, record }], { id: `${producer}-${seq}`, seq });
		},
		stored: async () => (await log.state(stream, 0)).records,
		drop: () => log.drop(stream, 1),
	};
}

async function messagesAreKnown(): Promise<void> {
	const log = await openLog(DRILL.log);
	try {
		const { send, stored, drop } = sender(log, "drill");
		await send("first");
		const { accepted } = await send("first");
		const records = await stored();
		if (accepted !== 0 || records !== 1) console.log(`A message that came twice is in the log ${records} times.`);
		await drop();
	} finally {
		await log.close();
	}
}

/** Whatever a Redis is set to: where the log says that it writes before it answers, nothing that was answered is lost with the power. */
async function powerTakesNothing(): Promise<void> {
	const folder = await mkdtemp(path.join(tmpdir(), "weir-drill-"));
	try {
		await Promise.all(SETTINGS.map((appendfsync) => cutPower(path.join(folder, appendfsync), appendfsync)));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function cutPower(folder: string, appendfsync: (typeof SETTINGS)[number]): Promise<void> {
	const redis = await MortalRedis.start({ folder: path.join(folder, "redis"), appendfsync, notesFlushes: true });
	const log = createRedisLog(redis.url);
	try {
		const { usual } = await log.promise();
		let lost = 0;
		// One that writes once a second may have done so this very moment.
		for (let cut = 0; cut < 2; cut++) {
			const { send, stored } = sender(log, `${cut}`);
			for (let n = 0; n < RECORDS; n++) await send(`${cut}/${n}`);
			await redis.cutPower();
			await redis.revive();
			lost += RECORDS - (await untilAnswered(stored));
		}
		if (usual !== "memory" && lost > 0)
			console.log(`A Redis with appendfsync ${appendfsync} passes for "${usual}", and lost ${lost} acknowledged records with the power.`);
	} finally {
		await log.close();
		await redis.stop();
	}
}

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
	for (let left = 200; ; left--) {
		try {
			return await ask();
		} catch (error) {
			if (left === 0) throw error;
			await pause(50);
		}
	}
}

await messagesAreKnown();
if (DRILL.log.LOG === "redis" && (await whyNot("compiler")) === undefined) await powerTakesNothing();
