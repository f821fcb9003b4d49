import { randomUUID } from "node:crypto";
import type { LiveReports } from "@weir/backends";
import { openLog } from "@weir/backends/log";
import type { StoredJob } from "@weir/db";
import type { Plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import { endpointStream, placeKey } from "@weir/runtime";
import { heldLog } from "../src/holds.ts";
import { readPlaces, trimStreams } from "../src/trimmer.ts";

/*
 * A drill of the proof, as a process of its own: a stream with two readers, of which one is behind, is trimmed. Prints a line when that one
 * does not find what it has still to read.
 */

const ENTRIES = 10;
const READ = { least: 3, most: 8 } as const;

const log = await openLog({
	LOG: process.env.LOG === "kafka" ? "kafka" : "redis",
	REDIS_DATA_URL: process.env.REDIS_DATA_URL,
	KAFKA_BROKERS: process.env.KAFKA_BROKERS,
});
const stream = endpointStream("drill", randomUUID());
const place = placeKey(stream, 0);
const frame = encodeRawFrame(Date.now(), [encodeRecord({ key: "k", topic: "", payload: new Uint8Array(1) })]);
const ids: string[] = [];
for (let seq = 1; seq <= ENTRIES; seq++) ids.push(await log.append(stream, 0, frame, 1, { id: "drill", seq }));

const job = { id: randomUUID(), tenant: stream.tenant, state: "running" } as StoredJob;
const plan = { planVersion: 1, stages: [{ partitions: 2 }], exchanges: [] } as unknown as Plan;
const positions = [READ.most, READ.least].map((entries) => ({ position: { [place]: ids[entries - 1] ?? "" } }));
const reports = { ofJob: async () => positions } as unknown as LiveReports;
const jobs = [{ job, plan }];
const held = await heldLog({ log, reports, endpointsOf: async () => [] }, jobs);
await trimStreams({ log: held, keepFromMs: () => undefined }, await readPlaces({ log, reports }, jobs));

const [left] = await log.read([{ stream, partition: 0, after: ids[READ.least - 1] ?? "" }], { maxBytes: 100_000, waitMs: 0 });
if (left?.length !== ENTRIES - READ.least)
	console.log(`Of ${ENTRIES - READ.least} entries that a reader had still to read, the log kept ${left?.length ?? 0}.`);
await log.drop(stream, 1);
await log.close();
