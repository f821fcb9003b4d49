import { copyIn } from "@weir/backends";
import type { PostgresMedium } from "@weir/node-kit";
import { aBatch, type RecordSchema } from "@weir/records";
import { createDatabase } from "@weir/tooling";
import pg from "pg";
import { afterAll, beforeEach, expect, inject, it } from "vitest";
import { definition } from "../src/postgres-sink/definition.ts";
import { createSink } from "../src/postgres-sink/operator.ts";

const url = await createDatabase(inject("services").databaseUrl, `sink_${process.pid}`);
const client = new pg.Client({ connectionString: url });
await client.connect();
afterAll(() => client.end());

const input: RecordSchema = {
	fields: [
		{ name: "device", type: "text" },
		{ name: "n", type: "integer" },
	],
};
const medium: PostgresMedium = {
	query: (text, values) => client.query(text, values === undefined ? undefined : [...values]),
	copy: (text, bytes) => copyIn(client, text, bytes),
	reject: ({ reason }) => {
		throw new Error(reason);
	},
};
let role: string;

beforeEach(async () => {
	role = `writer_${Math.random().toString(36).slice(2)}`;
	await client.query(`reset role; drop table if exists readings; create role ${role}`);
});

function sinkOf(config: Record<string, unknown>) {
	const context = { flow: "f", node: "n", flowVersion: 1, seed: 1, input, count: () => {}, fail: () => {} };
	return createSink(definition.config.parse({ table: "readings", ...config }), context as unknown as Parameters<typeof createSink>[1]);
}

/** Hands a row over and commits it, as the runtime does. */
async function commit(sink: ReturnType<typeof sinkOf>, n: number): Promise<void> {
	sink.onBatch(aBatch(input, [{ device: "pump-1", n }]));
	await client.query("begin");
	await sink.write(medium);
	await client.query("commit");
}

const rows = async () => (await client.query("select device, n::int from readings order by n")).rows;

it.each([{}, { mode: "upsert", keyColumns: ["device"] }])(
	"writes into a table that is somebody else's and has all it needs: %j",
	async (config) => {
		await client.query(
			`create table readings (device text primary key, n bigint, more text); grant all on readings to ${role}; set role ${role}`,
		);
		const sink = sinkOf(config);
		await sink.prepare?.(medium);
		await commit(sink, 1);
		expect(await rows()).toEqual([{ device: "pump-1", n: 1 }]);
	},
);

it.each([
	["the table", "drop table readings", [{ device: "pump-1", n: 2 }]],
	[
		"a column",
		"alter table readings drop column n",
		[
			{ device: "pump-1", n: 2 },
			{ device: "pump-1", n: null },
		],
	],
])("makes %s again that was dropped while the flow ran", async (_what, drop, left) => {
	const sink = sinkOf({});
	await sink.prepare?.(medium);
	await commit(sink, 1);
	await client.query(drop);
	await commit(sink, 2);
	expect(await rows()).toEqual(left);
});

it("leaves a missing table missing where it may not make one", async () => {
	const sink = sinkOf({ createTable: false });
	await expect(sink.prepare?.(medium)).rejects.toMatchObject({ code: "CONNECTION_TARGET_MISSING" });
});
