import { PostgresAuthority } from "@weir/backends";
import type { CreateSink, PostgresMedium } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import { createDictionary, type RecordBatch, type RecordSchema } from "@weir/records";
import type { Position } from "@weir/runtime";
import pg from "pg";
import { copyLiteral, insertLiterals } from "./hand-postgres.ts";
import { answerEach } from "./own-process.ts";
import { postgresPool } from "./postgres-pool.ts";

/*
 * One way of writing results to PostgreSQL: `sink-run.ts <ours|hand> <url>`, started by sink.ts. Ours is the node's operator inside the commit that
 * also moves the checkpoint; the other is written by hand for this one table and moves nothing.
 */

export type SinkMode = "upsert" | "append";

export interface SinkOrder {
	readonly mode: SinkMode;
	readonly rows: number;
	readonly perCommit: number;
}

/** Per row, in microseconds. */
export interface SinkAnswer {
	readonly cpuUs: number;
	readonly wallUs: number;
}

const SCHEMA: RecordSchema = {
	fields: [
		{ name: "window_start", type: "timestamp" },
		{ name: "device", type: "text" },
		{ name: "average", type: "number" },
		{ name: "greatest", type: "number" },
		{ name: "readings", type: "integer" },
	],
};
const DEVICES = 10_000;
const WINDOW_MS = 10_000;
const START = Date.UTC(2026, 4, 1, 10);
const TABLES = { upsert: "bench_upsert", append: "bench_append" } as const;

const names = Array.from({ length: DEVICES }, (_, i) => `dev-${String(i).padStart(6, "0")}`);
const dictionary = createDictionary();
for (const name of names) dictionary.codeOf(name);
const [name = "", url = ""] = process.argv.slice(2);

/** Results of `rows` windows and devices from number `from` on: every device in turn, then the next window. */
function results(from: number, rows: number) {
	const made = {
		starts: new Float64Array(rows),
		devices: new Int32Array(rows),
		averages: new Float64Array(rows),
		greatest: new Float64Array(rows),
		readings: new Float64Array(rows),
	};
	for (let i = 0; i < rows; i++) {
		const n = from + i;
		made.devices[i] = n % DEVICES;
		made.starts[i] = START + Math.floor(n / DEVICES) * WINDOW_MS;
		made.averages[i] = 10 + ((n * 7_919) % 26_000) / 1_000 + 1 / 3;
		made.greatest[i] = 20 + ((n * 104_729) % 1_600) / 100;
		made.readings[i] = 1 + (n % 12);
	}
	return made;
}

type Write = (order: SinkOrder) => Promise<void>;

async function ours(): Promise<Write> {
	const authority = new PostgresAuthority(postgresPool(url, 1), "public");
	const definition = catalogue.get("postgres-sink");
	const module = await operators.get("postgres-sink")?.();
	if (definition === undefined || module?.createSink === undefined) throw new Error("The catalogue has no postgres-sink.");
	const createSink = module.createSink as CreateSink<unknown, PostgresMedium>;
	let generation = 0;
	return async ({ mode, rows, perCommit }) => {
		const config = definition.config.parse({ table: TABLES[mode], mode, keyColumns: mode === "upsert" ? ["window_start", "device"] : [] });
		const sink = createSink(config, {
			input: SCHEMA,
			outputs: {},
			seed: 1,
			count: () => {},
			reject: (_batch, _row, _code, reason) => {
				throw new Error(reason);
			},
		});
		const task = { tenant: "bench", job: "bench", stage: mode, partition: 0 };
		generation += 1;
		let position: Position = (await authority.acquire(task, generation))?.position ?? {};
		await authority.prepare(task, async (medium) => sink.prepare?.(medium));
		for (let from = 0; from < rows; from += perCommit) {
			const made = results(from, perCommit);
			const times = made.starts;
			const batch: RecordBatch = {
				schema: SCHEMA,
				length: perCommit,
				columns: [
					{ type: "timestamp", values: made.starts },
					{ type: "text", codes: made.devices, dictionary },
					{ type: "number", values: made.averages },
					{ type: "number", values: made.greatest },
					{ type: "integer", values: made.readings },
				],
				selected: perCommit,
				keys: undefined,
				eventTimes: times,
				ingestTimes: times,
				watermarks: times,
			};
			sink.onBatch(batch);
			const next = { "e:bench/0": `${generation}-${from}` };
			const outcome = await authority.commit(
				task,
				generation,
				position,
				() => ({ position: next, state: new Uint8Array(200), watermark: from, counters: { in: from }, put: new Map(), drop: [] }),
				(medium) =>
					sink.write({
						...medium,
						reject: ({ reason }) => {
							throw new Error(reason);
						},
					}),
			);
			if (outcome !== "committed") throw new Error("A commit was fenced.");
			position = next;
		}
	};
}

async function byHand(): Promise<Write> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	return async ({ mode, rows, perCommit }) => {
		const write = mode === "upsert" ? insertLiterals(client, TABLES.upsert) : copyLiteral(client, TABLES.append);
		for (let from = 0; from < rows; from += perCommit) {
			const made = results(from, perCommit);
			await client.query("begin");
			await write(made, names);
			await client.query("commit");
		}
	};
}

const write = await (name === "ours" ? ours() : byHand());
answerEach<SinkOrder>(async (order) => {
	const [cpu, start] = [process.cpuUsage(), performance.now()];
	await write(order);
	const wallUs = ((performance.now() - start) * 1_000) / order.rows;
	const { user, system } = process.cpuUsage(cpu);
	return { cpuUs: (user + system) / order.rows, wallUs } satisfies SinkAnswer;
});
