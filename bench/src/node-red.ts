import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, isPortBusy } from "@weir/tooling";
import { FLOW } from "./flow.ts";

const PEERS = path.resolve(import.meta.dirname, "../peers");

export interface NodeRed {
	/** Where records are posted, one per line. */
	readonly url: string;
	readonly pid: number;
	/** Records that have come to the window or were left out before it. */
	done(): Promise<number>;
	stop(): Promise<void>;
}

/** Starts Node-RED with the reference flow, from HTTP to windows that nobody keeps; installs it when it is not there. */
export async function startNodeRed(): Promise<NodeRed> {
	if (!existsSync(path.join(PEERS, "node_modules/node-red/red.js"))) {
		const installed = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: PEERS });
		if (installed.status !== 0) throw new Error(`Node-RED could not be installed:\n${installed.stderr}`);
	}
	const folder = await mkdtemp(path.join(tmpdir(), "weir-node-red-"));
	const port = await freePort();
	await writeFile(path.join(folder, "flows.json"), JSON.stringify(flow()));
	await writeFile(
		path.join(folder, "settings.js"),
		`module.exports = ${JSON.stringify({ uiPort: port, uiHost: "127.0.0.1", httpAdminRoot: false, flowFile: "flows.json", credentialSecret: false, apiMaxLength: "5mb", logging: { console: { level: "error" } } })};`,
	);
	const program = path.join(PEERS, "node_modules/node-red/red.js");
	const child: ChildProcess = spawn(process.execPath, [program, "--userDir", folder], { stdio: ["ignore", "inherit", "inherit"] });
	const url = `http://127.0.0.1:${port}`;
	while (!(await isPortBusy(port)) || !(await fetch(`${url}/done`)).ok) {
		if (child.exitCode !== null) throw new Error(`Node-RED ended with code ${child.exitCode}.`);
		await pause(50);
	}
	return {
		url: `${url}/records`,
		pid: child.pid ?? 0,
		done: async () => Number(await (await fetch(`${url}/done`)).text()),
		async stop() {
			const ended = new Promise((resolve) => child.once("exit", resolve));
			if (child.exitCode === null && child.kill("SIGTERM")) await ended;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** The reference flow as a person builds it there: nodes of the palette, and functions where the palette has none. */
function flow(): readonly object[] {
	const z = "flow";
	const node = (id: string, type: string, wires: readonly (readonly string[])[], settings: object = {}) => ({
		id,
		type,
		z,
		wires,
		...settings,
	});
	const code = (func: string, outputs = 1, initialize = "") => ({ func, outputs, initialize, finalize: "", libs: [] });
	const { dedup, window } = FLOW;
	return [
		{ id: z, type: "tab", label: "reference" },
		node("records", "http in", [["accept"]], { url: "/records", method: "post", upload: false }),
		node(
			"accept",
			"function",
			[["answer"], ["lines"]],
			code("return [{ ...msg, payload: '', statusCode: 200 }, { payload: msg.payload.toString() }];", 2),
		),
		node("answer", "http response", [], { statusCode: "", headers: {} }),
		node("lines", "split", [["parse"]], { splt: "\\n", spltType: "str", arraySplt: 1, arraySpltType: "len", stream: false, addname: "" }),
		node("parse", "json", [["dedup"]], { property: "payload", action: "obj", pretty: false }),
		node(
			"dedup",
			"function",
			[["warm"]],
			code(
				`const seen = context.get("seen"), { payload: e } = msg, key = e.deviceId + "|" + e.seq;
global.set("done", global.get("done") + 1);
if (seen.has(key)) return null;
seen.set(key, e.ts);
if (seen.size > 200000) for (const [k, ts] of seen) { if (ts >= e.ts - ${dedup.horizonMs}) break; seen.delete(k); }
return msg;`,
				1,
				`context.set("seen", new Map()); global.set("done", 0);`,
			),
		),
		node("warm", "switch", [["window"]], {
			property: "payload.temperature",
			propertyType: "msg",
			rules: [{ t: "gt", v: "20", vt: "num" }],
			checkall: "true",
			repair: false,
			outputs: 1,
		}),
		node(
			"window",
			"function",
			[[]],
			code(
				`const windows = context.get("windows"), { payload: e } = msg, start = Math.floor(e.ts / ${window.sizeMs}) * ${window.sizeMs};
let groups = windows.get(start);
if (groups === undefined) windows.set(start, groups = new Map());
let group = groups.get(e.deviceId);
if (group === undefined) groups.set(e.deviceId, group = { sum: 0, greatest: -Infinity, records: 0 });
group.sum += e.temperature; group.records += 1; group.greatest = Math.max(group.greatest, e.temperature);
const rows = [];
for (const [at, all] of windows) {
	if (at + ${window.sizeMs + window.allowedLatenessMs} > e.ts) continue;
	for (const [deviceId, g] of all) rows.push({ payload: { windowStart: at, deviceId, average: g.sum / g.records, greatest: g.greatest, records: g.records } });
	windows.delete(at);
}
return rows.length === 0 ? null : [rows];`,
				1,
				`context.set("windows", new Map());`,
			),
		),
		node("ask", "http in", [["tell"]], { url: "/done", method: "get", upload: false }),
		node("tell", "function", [["told"]], code(`msg.payload = String(global.get("done")); return msg;`)),
		node("told", "http response", [], { statusCode: "", headers: {} }),
	];
}
