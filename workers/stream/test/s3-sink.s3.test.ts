import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
	AbortMultipartUploadCommand,
	CreateBucketCommand,
	GetObjectCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	S3Client,
} from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { WITHOUT_TYPES } from "@weir/tooling";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Fault, type FaultProxy, faultProxy } from "./fault-proxy.ts";
import { freshParts, type Reading, readings, S3Rig, type S3RigParts } from "./s3-rig.ts";

/* What is in the bucket is read by DuckDB, and listed by a client that is not ours. */

const { endpoint, accessKeyId, secretAccessKey } = inject("s3");
const services = { redisUrl: inject("services").redisDataUrl, endpoint, accessKeyId, secretAccessKey };
const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
const folder = mkdtempSync(path.join(tmpdir(), "weir-s3-"));
const rigs: S3Rig[] = [];
let proxy: FaultProxy;

beforeAll(async () => {
	proxy = await faultProxy(endpoint);
});

afterAll(async () => {
	await Promise.all([proxy.close(), ...rigs.map((rig) => rig.close())]);
	client.destroy();
	rmSync(folder, { recursive: true, force: true });
});

async function open(sink: S3RigParts["sink"], at: Partial<typeof services> = {}): Promise<{ parts: S3RigParts; rig: S3Rig }> {
	const parts = freshParts({ ...services, ...at }, { format: "ndjson", compression: "none", ...sink });
	await client.send(new CreateBucketCommand({ Bucket: parts.bucket }));
	const rig = new S3Rig(parts);
	rigs.push(rig);
	return { parts, rig };
}

async function keysOf(bucket: string): Promise<readonly string[]> {
	return ((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key = "" }) => Key);
}

async function bytesOf(bucket: string, key: string): Promise<Uint8Array> {
	const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
	return (await Body?.transformToByteArray()) ?? new Uint8Array(0);
}

/** All rows of all files, as DuckDB reads them, by their running number. */
async function rowsIn(bucket: string, format = "ndjson"): Promise<readonly Reading[]> {
	const here = mkdtempSync(path.join(folder, "read-"));
	const files = (await keysOf(bucket)).filter((key) => key.endsWith(`.${format}`));
	if (files.length === 0) return [];
	for (const [i, key] of files.entries()) writeFileSync(path.join(here, `${i}.${format}`), await bytesOf(bucket, key));
	const duckdb = await (await DuckDBInstance.create()).connect();
	const columns = "columns = {device: 'VARCHAR', n: 'BIGINT', litres: 'DOUBLE', 'at': 'TIMESTAMPTZ'}";
	const from = format === "ndjson" ? `read_json('${here}/*', format = 'newline_delimited', ${columns})` : `read_parquet('${here}/*')`;
	const found = await duckdb.runAndReadAll(`SELECT device, n::int, litres, epoch_ms("at")::double FROM ${from} ORDER BY n`);
	duckdb.closeSync();
	return found.getRows().map(([device, n, litres, at]) => ({ device, n, litres, at: new Date(Number(at)).toISOString() }) as Reading);
}

/** The manifests name the files that are there, with their hashes and rows, and no others. */
async function expectManifests(bucket: string, rows: number): Promise<void> {
	const keys = await keysOf(bucket);
	const listed: { key: string; rows: number; sha256: string; bytes: number }[] = [];
	for (const key of keys.filter((one) => one.includes("/_manifest/")))
		listed.push(...JSON.parse(Buffer.from(await bytesOf(bucket, key)).toString()).objects);
	expect(listed.map(({ key }) => key).sort()).toEqual(keys.filter((one) => !one.includes("/_manifest/")).sort());
	for (const { key, sha256, bytes } of listed) {
		const body = await bytesOf(bucket, key);
		expect([createHash("sha256").update(body).digest("hex"), body.length]).toEqual([sha256, bytes]);
	}
	expect(listed.reduce((sum, one) => sum + one.rows, 0)).toBe(rows);
}

async function unfinished(bucket: string): Promise<readonly string[]> {
	return ((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).map(({ Key = "" }) => Key);
}

/** Runs an owner in a process of its own; answers how it ended. */
function ownerProcess(parts: S3RigParts, place?: string, times = 1): Promise<NodeJS.Signals | number | null> {
	const child = spawn(
		process.execPath,
		[...WITHOUT_TYPES, path.join(import.meta.dirname, "s3-owner.ts"), JSON.stringify({ parts, place, times })],
		{
			stdio: ["ignore", "ignore", "inherit"],
		},
	);
	const late = setTimeout(() => child.kill("SIGTERM"), 20_000);
	return new Promise((resolve) =>
		child.once("exit", (code, signal) => {
			clearTimeout(late);
			resolve(signal ?? code);
		}),
	);
}

describe("a flow into S3", () => {
	it("has each row once after owners died at every step between an upload and its end, two of them by kill -9", async () => {
		const { parts, rig } = await open({ rollMs: 1_000, rollRows: 60, path: "{tenant}" });
		const records = readings(0, 1_000);
		await rig.post(records);
		expect(await ownerProcess(parts, "stage:after", 2)).toBe("SIGKILL");
		for (const place of ["stage:before", "stage:after", "commit:gathered", "commit:after", "settle:before", "settle:after"]) {
			let times = 0;
			let die = () => {};
			const dead = new Promise<void>((resolve) => {
				die = resolve;
			});
			const owner = rig.owner({
				failpoint: async (name) => {
					if (name !== place || ++times < 2) return;
					die();
					await new Promise(() => {});
				},
			});
			void rig.slice(owner, "running", 60_000);
			await dead;
		}
		expect(await ownerProcess(parts, "commit:after", 2)).toBe("SIGKILL");
		await rig.drain();
		expect(await rowsIn(parts.bucket)).toEqual(records);
		await expectManifests(parts.bucket, records.length);
	});

	it("never completes the upload of a worker that lost its task", async () => {
		const { parts, rig } = await open({ rollMs: 1_000, rollRows: 50 });
		await rig.post(readings(0, 200));
		let wake = () => {};
		const asleep = new Promise<void>((resolve) => {
			wake = resolve;
		});
		let uploaded = () => {};
		const hasUploaded = new Promise<void>((resolve) => {
			uploaded = resolve;
		});
		const zombie = rig.owner({
			failpoint: async (name) => {
				if (name !== "stage:after" || (await unfinished(parts.bucket)).length === 0) return;
				uploaded();
				await asleep;
			},
		});
		const end = rig.slice(zombie, "running", 60_000);
		await hasUploaded;
		await rig.drain();
		wake();
		expect(await end).toEqual({ how: "fenced" });
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 200));
		expect(await unfinished(parts.bucket)).toEqual([]);
	});

	it("keeps an upload whose commit was refused because it had been made before, its answer lost", async () => {
		const { parts, rig } = await open({ rollMs: 1_000, rollRows: 50 });
		await rig.post(readings(0, 100));
		const commit = rig.commits.commit.bind(rig.commits);
		let repeats = 1;
		rig.commits.commit = async (task, generation, previous, next, write) => {
			const outcome = await commit(task, generation, previous, next, write);
			if (repeats === 0 || (await unfinished(parts.bucket)).length === 0) return outcome;
			repeats -= 1;
			// A client that lost the answer asks once more.
			return "fenced";
		};
		const owner = rig.owner();
		for (let turn = 0; turn < 50 && repeats > 0; turn++) await rig.slice(owner);
		await rig.drain();
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 100));
	});

	it("holds records back until a file is large enough, and moves on no further until then", async () => {
		const { parts, rig } = await open({ rollMs: 60_000, rollRows: 1_000, path: "all" });
		const owner = rig.owner();
		await rig.post(readings(0, 900));
		for (let turn = 0; turn < 3; turn++) expect(await rig.slice(owner)).toEqual({ how: "more" });
		expect(owner.task?.isGathering).toBe(true);
		expect(await keysOf(parts.bucket)).toEqual([]);
		const before = (await rig.commits.read(rig.task))?.position;
		await rig.post(readings(900, 200));
		for (let turn = 0; turn < 50 && (await keysOf(parts.bucket)).length === 0; turn++) await rig.slice(owner);
		const [file] = (await keysOf(parts.bucket)).filter((key) => key.startsWith("lake/all/p=0/"));
		expect(file).toMatch(/^lake\/all\/p=0\/0-\d+\.\d+-[0-9a-f]{8}\.ndjson$/);
		expect((await rowsIn(parts.bucket)).length).toBeGreaterThanOrEqual(1_000);
		expect((await rig.commits.read(rig.task))?.position).not.toEqual(before);
		await rig.drain(owner);
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 1_100));
	});

	it("puts rows into the folder of their event time, as Parquet that DuckDB reads with its partitions", async () => {
		const { parts, rig } = await open({ format: "parquet", compression: "zstd", rollMs: 1_000 });
		const records = readings(0, 400);
		await rig.post(records);
		await rig.drain();
		expect(await rowsIn(parts.bucket, "parquet")).toEqual(records);
		const folders = new Set(
			(await keysOf(parts.bucket)).filter((key) => key.endsWith(".parquet")).map((key) => key.split("/").slice(0, 5).join("/")),
		);
		const hours = new Set(records.map(({ at }) => `lake/${parts.tenant}/pumps/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}`));
		expect(folders).toEqual(hours);
	});

	it("says what is gone where a file was taken away before it was known to be complete", async () => {
		const { parts, rig } = await open({ rollMs: 1_000 });
		await rig.post(readings(0, 20));
		const dying = rig.owner({ failpoint: async (name) => (name === "settle:before" ? Promise.reject(new Error("away")) : undefined) });
		for (let turn = 0; turn < 50 && (await unfinished(parts.bucket)).length === 0; turn++) await rig.slice(dying, "drained");
		const [{ Key, UploadId } = {}] = (await client.send(new ListMultipartUploadsCommand({ Bucket: parts.bucket }))).Uploads ?? [];
		await client.send(new AbortMultipartUploadCommand({ Bucket: parts.bucket, Key, UploadId }));
		await rig.drain();
		expect(rig.events).toContainEqual({ type: "output-gone", name: `s3://${parts.bucket}/${Key}`, rows: expect.any(Number) });
	});
});

describe("a bucket behind a bad line", () => {
	it.each<{ what: string; faults: Fault[]; on: string }>([
		{ what: "answers 500 and 503 for a while", faults: [500, 503, 500, 503, 500, 503, 503], on: "" },
		{ what: "does what it is told and never says so", faults: ["lost-answer", "lost-answer", "lost-answer", "lost-answer"], on: "POST" },
		{ what: "breaks off in the middle of a file", faults: ["cut-body", "cut-body", "cut-body", "cut-body"], on: "PUT" },
	])("that $what gets each row once", async ({ faults, on }) => {
		const { parts, rig } = await open({ rollMs: 1_000, rollRows: 60 }, { endpoint: proxy.endpoint });
		const left = [...faults];
		proxy.fault = ({ method }) => (on === "" || method === on ? left.shift() : undefined);
		await rig.post(readings(0, 200));
		await rig.drain();
		expect(left).toEqual([]);
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 200));
		await expectManifests(parts.bucket, 200);
	});

	it("that refuses the key stops the flow with a sentence, and goes on when the key is put right", async () => {
		const { parts, rig } = await open({ rollMs: 1_000 }, { endpoint: proxy.endpoint });
		proxy.fault = () => 403;
		await rig.post(readings(0, 50));
		await expect(rig.drain()).rejects.toMatchObject({
			code: "CONNECTION_DENIED",
			context: { nodeId: "out" },
			message: expect.stringContaining("S3 refuses access"),
		});
		proxy.fault = () => undefined;
		await rig.drain();
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 50));
	});

	it("that is away for long takes nothing from memory and nothing is lost", async () => {
		const { parts, rig } = await open({ rollMs: 1_000, rollRows: 100 }, { endpoint: proxy.endpoint });
		proxy.isAway = true;
		const owner = rig.owner();
		for (let round = 0; round < 2; round++) {
			await rig.post(readings(round * 300, 300));
			let how = "";
			for (let turn = 0; turn < 20 && how !== "paused"; turn++) ({ how } = await rig.slice(owner));
			// What could not be written is dropped from memory: the log has it.
			expect([how, owner.task === undefined]).toEqual(["paused", true]);
		}
		expect((await rig.commits.read(rig.task))?.counters["node/out/delivered"] ?? 0).toBe(0);
		proxy.isAway = false;
		await rig.drain(owner);
		expect(await rowsIn(parts.bucket)).toEqual(readings(0, 600));
		await expectManifests(parts.bucket, 600);
	});
});
