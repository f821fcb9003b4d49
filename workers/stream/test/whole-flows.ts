import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { resolve } from "@weir/flow";
import { catalogue } from "@weir/nodes/definitions";
import { type Plan, plan } from "@weir/planner";
import { encodeRawFrame, encodeRecord, partitionOf } from "@weir/records";
import { type CommitAuthority, endpointStream, type Log, type LogCommitMedium } from "@weir/runtime";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { TaskLoop } from "./task-loop.ts";

/*
 * Whole flows on the real node types. Each file of flows/ is run undisturbed, and with all memory lost after every few commits.
 * Dedup or windows that live outside the checkpoint are seen here.
 */

const fileSchema = z.object({
	title: z.string(),
	nodes: z.array(z.object({ id: z.string(), kind: z.string(), config: z.record(z.string(), z.unknown()) })),
	/** Pairs of `node.port`; absent: a chain in the order of the nodes. */
	edges: z.array(z.tuple([z.string(), z.string()])).optional(),
	/** Records in order; one of several sources is named in `$source`. */
	posts: z.array(z.array(z.union([z.string(), z.record(z.string(), z.json())]))),
	expect: z.array(z.record(z.string(), z.json())),
	ledger: z.record(z.string(), z.number()),
});

type FlowFile = z.infer<typeof fileSchema>;

const FOLDER = path.join(import.meta.dirname, "flows");
const files = readdirSync(FOLDER).map((file) => ({ file, ...fileSchema.parse(JSON.parse(readFileSync(path.join(FOLDER, file), "utf8"))) }));
/** A log, the commits in it, and the lists that sinks write there. */
export interface Backend {
	readonly log: Log;
	readonly commits: CommitAuthority<LogCommitMedium>;
	list(tenant: string, job: string, name: string): Promise<readonly string[]>;
}

function planOf(file: FlowFile): Plan {
	const nodes = file.nodes.map((node) => ({ ...node, version: 1, label: node.id, position: { x: 0, y: 0 } }));
	const pairs = file.edges ?? nodes.slice(1).map((to, i) => [`${nodes[i]?.id}.out`, `${to.id}.in`] as const);
	const placeOf = (text: string) => {
		const [node = "", port = ""] = text.split(".");
		return { node, port };
	};
	const edges = pairs.map(([from, to], i) => ({ id: `e${i}`, from: placeOf(from), to: placeOf(to) }));
	const { resolved, problems } = resolve({ schemaVersion: 1, nodes, edges }, catalogue);
	if (resolved === undefined) throw new Error(problems.map((problem) => problem.message).join(" "));
	return plan(resolved, { sourcePartitions: 2, exchangePartitions: 2 });
}

/** Plays the posts; `forgetful` loses all memory after each of them. */
async function run(file: FlowFile, backend: Backend, forgetful: boolean) {
	const planned = planOf(file);
	const tenant = randomUUID();
	const job = randomUUID();
	const endpoints = Object.fromEntries(file.nodes.map(({ id }) => [id, `ep-${id}`]));
	const loop = new TaskLoop({ plan: planned, log: backend.log, commits: backend.commits, tenant, job, endpoints });
	let seq = 0;
	for (const post of file.posts) {
		for (const record of post) {
			const { $source: source = "src", ...fields } = typeof record === "string" ? { pump: "broken" } : record;
			const key = String(fields.pump);
			const payload = Buffer.from(typeof record === "string" ? record : JSON.stringify(fields));
			const frame = encodeRawFrame(loop.nowMs, [encodeRecord({ key, topic: "", payload })]);
			await backend.log.append(endpointStream(tenant, `ep-${source}`), partitionOf(key, 2), frame, 1, { id: "test", seq: ++seq });
		}
		for (let slice = 0; slice < 3; slice++) await loop.round("running");
		if (forgetful) loop.forget();
	}
	await loop.drain();
	const ledger = await loop.ledger();
	const list = await backend.list(tenant, job, "out/newest");
	await Promise.all([backend.log.close(), backend.commits.close()]);
	return { rows: list.map((text) => JSON.stringify(JSON.parse(text).record)).sort(), ledger };
}

/** Runs the flows over a backend; `only`: those whose file is named so. */
export function describeFlows(name: string, create: () => Backend, only?: readonly string[]): void {
	describe.each(files.filter(({ file }) => only?.includes(file) ?? true))("a flow that $title", (flow) => {
		describe(`over ${name}`, () => {
			it.each([
				{ how: "undisturbed", forgetful: false },
				{ how: "losing all memory after every post", forgetful: true },
			])("gives the same rows $how", async ({ forgetful }) => {
				const { rows, ledger } = await run(flow, create(), forgetful);
				expect(rows).toEqual(flow.expect.map((row) => JSON.stringify(row)).sort());
				expect(ledger).toMatchObject({ ...flow.ledger, inFlight: 0, difference: 0 });
			});
		});
	});
}
