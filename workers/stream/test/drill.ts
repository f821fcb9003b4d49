import { randomUUID } from "node:crypto";
import { cappedKey, connectRedis, createRedisLog, LogAuthority } from "@weir/backends";
import { resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord, partitionOf } from "@weir/records";
import { type Ancestor, endpointStream, Lineage } from "@weir/runtime";
import { expectedMinutes, minuteFlow, type Pumped, pumpStream } from "./pumps.ts";
import { TaskLoop } from "./task-loop.ts";

/*
 * A drill of the proof, as a process of its own: a flow with de-duplication and windows runs through three versions and loses all memory in the
 * middle of each. Prints a line per promise that does not hold.
 */

const VERSIONS = 3;
const FRESH = 120;
const REPEATED = 40;
const PARTITIONS = 2;
const ENDPOINT = "pumps";

const url = process.env.REDIS_DATA_URL ?? "";
const log = createRedisLog(url);
const commits = new LogAuthority(url);
const client = connectRedis(url, { enableOfflineQueue: true });
const tenant = randomUUID();
const flow = minuteFlow();
const nodes = flow.nodes.map((node) => (node.kind === "postgres-sink" ? { ...node, kind: "log-sink", config: {} } : node));
const { resolved } = resolve({ ...flow, nodes }, catalogue);
if (resolved === undefined) throw new Error("The flow of the drill cannot be resolved.");
const planned = plan(resolved, { sourcePartitions: PARTITIONS, exchangePartitions: PARTITIONS });
const pumps = pumpStream(3);
const posted: Pumped[] = [];
let sent = 0;
let repeats = 0;

async function post(records: readonly Pumped[]): Promise<void> {
	for (let partition = 0; partition < PARTITIONS; partition++) {
		const mine = records.filter(({ device }) => partitionOf(device, PARTITIONS) === partition);
		const packed = mine.map((record) =>
			encodeRecord({ key: record.device, topic: "", payload: new TextEncoder().encode(JSON.stringify(record)) }),
		);
		const seq = ++sent;
		await log.append(endpointStream(tenant, ENDPOINT), partition, encodeRawFrame(Date.now(), packed), packed.length, { id: "drill", seq });
	}
}

const versions = new Map<string, Ancestor>();
const lineage = new Lineage({ job: async (id) => versions.get(id), read: (task) => commits.read(task) });
const loops: { readonly id: string; readonly loop: TaskLoop }[] = [];
for (let version = 0; version < VERSIONS; version++) {
	const previous = loops.at(-1)?.id;
	const parts = { tenant, plan: planned, endpoints: { src: ENDPOINT } };
	const job = { ...parts, id: randomUUID(), previous, fresh: [], carried: undefined };
	versions.set(job.id, job);
	const firstState = (stage: (typeof planned.stages)[number], partition: number) => lineage.firstOf(job, stage, partition);
	const loop = new TaskLoop({ ...parts, job: job.id, log, commits, ...(previous === undefined ? {} : { firstState }) });
	loops.push({ id: job.id, loop });
	for (let half = 0; half < 2; half++) {
		const repeated = posted.slice(-REPEATED);
		const fresh = pumps.take(FRESH);
		await post([...repeated, ...fresh]);
		posted.push(...fresh);
		repeats += repeated.length;
		for (let slice = 0; slice < 3; slice++) await loop.round("running");
		loop.forget();
	}
}
await loops.at(-1)?.loop.drain();

const rows: string[] = [];
let read = 0;
let duplicates = 0;
let difference = 0;
for (const { id, loop } of loops) {
	for (const entry of await client.lrange(cappedKey(tenant, id, "out/newest"), 0, -1)) {
		const { device, window_start, n, litres } = JSON.parse(entry).record;
		rows.push(`${device} ${new Date(window_start).toISOString()} ${n} ${litres}`);
	}
	const ledger = await loop.ledger();
	read += ledger.in;
	duplicates += ledger.duplicate;
	difference += Math.abs(ledger.difference);
	await commits.forget(tenant, id);
}
const wanted = expectedMinutes(posted);
const wrong = [
	...wanted.filter((row) => !rows.includes(row)),
	...rows.sort().filter((row, i) => !wanted.includes(row) || rows[i - 1] === row),
];
if (wrong.length > 0) console.log(`${wrong.length} windows differ, wanted or found, first ${wrong[0]}.`);
if (read !== posted.length + repeats) console.log(`Of ${posted.length + repeats} records the counters have ${read}.`);
if (duplicates !== repeats) console.log(`Of ${repeats} records that came again ${duplicates} were known.`);
if (difference !== 0) console.log(`The ledger does not account for ${difference} records.`);
await log.drop(endpointStream(tenant, ENDPOINT), PARTITIONS);
client.disconnect();
await Promise.all([log.close(), commits.close()]);
