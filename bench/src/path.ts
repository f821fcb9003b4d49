import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readFrame } from "@weir/records";
import { freePort } from "@weir/tooling";
import { referenceDrawing } from "./drawing.ts";
import { makeFrames, REFERENCE_FLEET } from "./events.ts";
import { type NodeRed, startNodeRed } from "./node-red.ts";
import { processorSeconds } from "./processor.ts";
import { type Api, signInDemo } from "./product-api.ts";
import { keepTable, machine, median } from "./report.ts";

const ROUNDS = 5;
const EVENTS = 200_000;
const BATCH = 100;
const CONNECTIONS = 64;
/** Node-RED is given the same bodies, by turns: `npm run bench:peers`. */
const isBesidePeers = process.argv.includes("--peers");
const root = path.resolve(import.meta.dirname, "../..");

const SERVERS = ["gateway", "redis-data", "redis-control", "stream-1", "stream-2", "control", "postgres"] as const;
type Server = (typeof SERVERS)[number];

interface Round {
	readonly wallS: number;
	/** Processor seconds by server, less what the product uses at rest in the same time. */
	readonly cpuS: Readonly<Record<Server, number>>;
	/** Processor seconds of Node-RED for the same bodies. */
	readonly nodeRedS: number | undefined;
}

function cpuByServer(folder: string): Record<Server, number> {
	const { pids } = JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { pids: Record<string, number> };
	return Object.fromEntries(SERVERS.map((name) => [name, processorSeconds(pids[name] ?? 0)])) as Record<Server, number>;
}

/** Bodies of `BATCH` lines of JSON for each round, from the same fleet as the reference flow; event time goes on from round to round. */
function makeBodies(): readonly (readonly string[])[] {
	const decoder = new TextDecoder();
	const lines: string[] = [];
	for (const frame of makeFrames({ ...REFERENCE_FLEET, events: EVENTS * (ROUNDS + 1) }).frames) {
		for (const record of readFrame(frame).records) lines.push(decoder.decode(record.payload));
	}
	const bodies: string[] = [];
	for (let at = 0; at < lines.length; at += BATCH) bodies.push(lines.slice(at, at + BATCH).join("\n"));
	const perRound = EVENTS / BATCH;
	return Array.from({ length: ROUNDS + 1 }, (_, round) => bodies.slice(round * perRound, (round + 1) * perRound));
}

async function postAll(url: string, token: string, bodies: readonly string[]): Promise<void> {
	let next = 0;
	const worker = async () => {
		for (let i = next++; i < bodies.length; i = next++) {
			for (;;) {
				const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
				const answer = await fetch(url, { method: "POST", headers, body: bodies[i] ?? "" });
				await answer.arrayBuffer();
				if (answer.status === 200) break;
				if (answer.status !== 429 && answer.status !== 503) throw new Error(`The door answers ${answer.status}.`);
				await pause(20);
			}
		}
	};
	await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** The reference flow with real ends: HTTP in, a PostgreSQL table out. */
const FLOW = referenceDrawing({
	sink: { kind: "postgres-sink", config: { table: "bench", mode: "upsert", keyColumns: ["window_start", "deviceId"] } },
});

interface Overview {
	readonly job?: { readonly state: string };
	readonly metrics: { readonly ledger?: { readonly in: number; readonly waiting: number; readonly difference: number } };
}

async function measure(
	api: Api,
	folder: string,
	flow: string,
	url: string,
	token: string,
	bodies: readonly string[],
	before: number,
): Promise<Omit<Round, "nodeRedS">> {
	const rest = cpuByServer(folder);
	await pause(3_000);
	const start = cpuByServer(folder);
	const restS = (name: Server) => (start[name] - rest[name]) / 3;
	const begun = performance.now();
	await postAll(url, token, bodies);
	for (;;) {
		const { metrics } = await api.get<Overview>(`/flows/${flow}/overview`);
		if ((metrics.ledger?.in ?? 0) >= before + EVENTS) break;
		await pause(100);
	}
	const wallS = (performance.now() - begun) / 1000;
	const end = cpuByServer(folder);
	return {
		wallS,
		cpuS: Object.fromEntries(SERVERS.map((name) => [name, end[name] - start[name] - restS(name) * wallS])) as Record<Server, number>,
	};
}

async function measureNodeRed(peer: NodeRed, bodies: readonly string[]): Promise<number> {
	const [start, before] = [processorSeconds(peer.pid), await peer.done()];
	await postAll(peer.url, "", bodies);
	while ((await peer.done()) < before + EVENTS) await pause(100);
	return processorSeconds(peer.pid) - start;
}

function table(rounds: readonly Round[]): readonly string[] {
	const perEvent = (name: Server) => (median(rounds.map((round) => round.cpuS[name])) / EVENTS) * 1e6;
	const total = (round: Round) => SERVERS.reduce((sum, name) => sum + round.cpuS[name], 0);
	const beside = rounds.flatMap((round) =>
		round.nodeRedS === undefined ? [] : [{ ratio: round.nodeRedS / total(round), us: (round.nodeRedS / EVENTS) * 1e6 }],
	);
	const perCore = median(rounds.map((round) => EVENTS / total(round)));
	return [
		`Whole path, ${EVENTS.toLocaleString("en")} events a run, ${BATCH} lines of JSON a request over ${CONNECTIONS} connections; median of ${ROUNDS} runs on one product. Processor time of the servers, less what they use at rest; the client that sends is not counted, but shares the machine.`,
		"",
		machine(),
		"",
		"| server | µs of processor time per event |",
		"| --- | --- |",
		...SERVERS.map((name) => `| ${name} | ${perEvent(name).toFixed(2)} |`),
		"",
		`**${Math.round(perCore / 1000).toLocaleString("en")} thousand events per core-second**, acknowledged from disk, counted once, committed with their results; ${Math.round(median(rounds.map((round) => EVENTS / round.wallS)) / 1000)} thousand a second by the clock.`,
		...(beside.length === 0
			? []
			: [
					"",
					`Node-RED 5.0.7, the same bodies by turns through http in, split, json, dedup, switch and window, with nothing kept: ${median(beside.map(({ us }) => us)).toFixed(1)} µs an event. **${median(beside.map(({ ratio }) => ratio)).toFixed(1)} ×** the processor time of Weir with its log on disk, its checkpoints and its table.`,
				]),
	];
}

const folder = await mkdtemp(path.join(tmpdir(), "weir-bench-"));
const [web, http, mqtt] = await Promise.all([freePort(), freePort(), freePort()]);
const product = spawn("node", ["scripts/start.mjs"], {
	cwd: root,
	env: {
		...process.env,
		WEIR_FOLDER: folder,
		WEB_PORT: `${web}`,
		GATEWAY_HTTP_PORT: `${http}`,
		GATEWAY_MQTT_PORT: `${mqtt}`,
		GATEWAY_DEVICE_RECORDS_PER_SECOND: "10000000",
		GATEWAY_ENDPOINT_RECORDS_PER_SECOND: "10000000",
		GATEWAY_TENANT_RECORDS_PER_SECOND: "10000000",
		GATEWAY_DEVICE_BYTES_PER_SECOND: "10000000000",
		GATEWAY_ENDPOINT_BYTES_PER_SECOND: "10000000000",
		GATEWAY_TENANT_BYTES_PER_SECOND: "10000000000",
	},
	stdio: ["ignore", "pipe", "inherit"],
});
let peer: NodeRed | undefined;
try {
	await new Promise<void>((resolve, reject) => {
		let said = "";
		product.stdout.setEncoding("utf8").on("data", (text: string) => {
			said += text;
			if (said.includes("Ctrl-C stops everything")) resolve();
		});
		product.once("exit", (code) => reject(new Error(`The product ended (${code}):\n${said}`)));
	});
	const { demoPassword } = JSON.parse(await readFile(path.join(folder, "secrets.json"), "utf8")) as { demoPassword: string };
	const api = await signInDemo(`http://localhost:${web}`, demoPassword);
	// The demo flows rest, so that only the flow under test works.
	for (const flow of await api.get<readonly { id: string }[]>("/flows")) await api.post(`/flows/${flow.id}/actions/stop`);
	const flow = await api.post<{ id: string; draft: { rev: number } }>("/flows", { name: "Bench", flow: FLOW });
	await api.post(`/flows/${flow.id}/deploy`, { rev: flow.draft.rev, note: "" });
	const [endpoint] = await api.get<readonly { id: string; url: string }[]>(`/flows/${flow.id}/endpoints`);
	if (endpoint === undefined) throw new Error("The flow has no endpoint.");
	const { token } = await api.post<{ token: string }>(`/flows/${flow.id}/endpoints/${endpoint.id}/connect`, {});
	const bodies = makeBodies();
	if (isBesidePeers) peer = await startNodeRed();
	const rounds: Round[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const measured = await measure(api, folder, flow.id, endpoint.url, token, bodies[round] ?? [], round * EVENTS);
		const nodeRedS = peer === undefined ? undefined : await measureNodeRed(peer, bodies[round] ?? []);
		// The first round warms up.
		if (round > 0) rounds.push({ ...measured, nodeRedS });
	}
	const lines = table(rounds);
	keepTable("path", lines);
} finally {
	await peer?.stop();
	const ended = new Promise((resolve) => product.once("exit", resolve));
	if (product.exitCode === null && product.kill("SIGTERM")) await ended;
	await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
