import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startPostgres } from "@weir/tooling";
import pg from "pg";
import { OwnProcess } from "./own-process.ts";
import { processorSeconds } from "./processor.ts";
import { isQuick, keepTable, machine, median } from "./report.ts";
import type { SinkAnswer, SinkMode, SinkOrder } from "./sink-run.ts";

/*
 * Results into PostgreSQL through the node and the commit that moves the checkpoint with them, beside statements written by hand for the same table
 * that move no checkpoint. Every commit is flushed before it is answered.
 */
const ROUNDS = isQuick ? 2 : 5;
const ROWS = isQuick ? 50_000 : 150_000;
const CASES: readonly { readonly mode: SinkMode; readonly perCommit: number; readonly hand: string }[] = [
	{ mode: "upsert", perCommit: 1_000, hand: "unnest upsert" },
	{ mode: "upsert", perCommit: 5_000, hand: "unnest upsert" },
	{ mode: "append", perCommit: 1_000, hand: "COPY, binary" },
	{ mode: "append", perCommit: 5_000, hand: "COPY, binary" },
];
const WAYS = ["hand", "ours"] as const;

interface Measured {
	/** Microseconds of processor time per row. */
	readonly client: number;
	readonly server: number;
	readonly wall: number;
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-sink-"));
// Checkpoints of the server fall where they like; with room for all that is written, none falls into a run.
const postgres = await startPostgres({
	folder: path.join(folder, "data"),
	settings: { max_wal_size: "8GB", checkpoint_timeout: "1h", autovacuum: "off" },
});
const processes = WAYS.map((way) => ({ way, own: new OwnProcess("sink-run.ts", [way, postgres.url]) }));
const admin = new pg.Client({ connectionString: postgres.url });
try {
	await admin.connect();
	const columns = "window_start timestamptz, device text, average double precision, greatest double precision, readings bigint";
	const lines: string[] = [];
	for (const { mode, perCommit, hand } of CASES) {
		const runs: Record<(typeof WAYS)[number], Measured[]> = { hand: [], ours: [] };
		for (let round = 0; round <= ROUNDS; round++) {
			for (const { way, own } of processes) {
				await admin.query(
					`drop table if exists bench_${mode}; create table bench_${mode} (${columns}${mode === "upsert" ? ", primary key (window_start, device)" : ""})`,
				);
				const before = processorSeconds(postgres.pid);
				const order: SinkOrder = { mode, rows: ROWS, perCommit };
				const { cpuUs, wallUs } = await own.ask<SinkAnswer>(order);
				const server = ((processorSeconds(postgres.pid) - before) * 1e6) / ROWS;
				const { rows } = await admin.query<{ n: string }>(`select count(*) as n from bench_${mode}`);
				if (Number(rows[0]?.n) !== ROWS) throw new Error(`${way} wrote ${rows[0]?.n} rows and not ${ROWS}.`);
				// The first round warms up.
				if (round > 0) runs[way].push({ client: cpuUs, server, wall: wallUs });
			}
		}
		const of = (way: (typeof WAYS)[number], pick: (measured: Measured) => number) => median(runs[way].map(pick));
		const cost = (way: (typeof WAYS)[number]) => of(way, ({ client, server }) => client + server);
		const cells = (["hand", "ours"] as const).flatMap((way) => [
			`${of(way, ({ client }) => client).toFixed(2)} + ${of(way, ({ server }) => server).toFixed(2)}`,
			`${Math.round(1_000 / of(way, ({ wall }) => wall))} k`,
		]);
		lines.push(
			`| ${mode}, ${perCommit.toLocaleString("en")} a commit | ${hand} | ${cells.join(" | ")} | **${(cost("hand") / cost("ours")).toFixed(2)}** |`,
		);
		console.log(lines.at(-1));
	}
	keepTable("sink", [
		`${ROWS.toLocaleString("en")} results of five columns a run over one connection, every commit flushed before it is answered; processor time of client + server, median of ${ROUNDS} rounds by turns.`,
		"",
		machine(),
		"",
		"| | by hand | µs a row | rows/s | Weir: µs a row | rows/s | share |",
		"| --- | --- | --- | --- | --- | --- | --- |",
		...lines,
	]);
} finally {
	for (const { own } of processes) own.end();
	await admin.end().catch(() => {});
	await postgres.stop();
	await rm(folder, { recursive: true, force: true });
}
