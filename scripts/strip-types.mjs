// `node --import ./scripts/strip-types.mjs main.ts`: takes the types out of our sources in a thread of its own.
// Node does it in the program's own thread, by WebAssembly whose memory grows: the old memory is detached, and from then on V8 checks
// at every access to a typed array of this thread whether its memory is still there, which costs a quarter of the speed of all columns
// and tables (apps/docs/decisions/0007). What was taken out once is kept, by the text it was taken out of.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import module, { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

const STRIPPER = `
const { stripTypeScriptTypes } = require("node:module");
const { workerData: { port, turn } } = require("node:worker_threads");
process.removeAllListeners("warning");
port.on("message", (source) => {
	try {
		port.postMessage({ source: stripTypeScriptTypes(source) });
	} catch (error) {
		port.postMessage({ error });
	}
	Atomics.store(turn, 0, 1);
	Atomics.notify(turn, 0);
});
`;

const IDLE_MS = 5_000;
const KEPT = path.join(import.meta.dirname, "../node_modules/.cache/weir-sources", process.version);

const turn = new Int32Array(new SharedArrayBuffer(4));
let stripper;

function startStripper() {
	const { port1, port2 } = new MessageChannel();
	const worker = new Worker(STRIPPER, {
		eval: true,
		execArgv: ["--disable-warning=ExperimentalWarning"],
		workerData: { port: port2, turn },
		transferList: [port2],
	});
	worker.unref();
	port1.unref();
	// It holds some forty megabytes: given back when nothing has been loaded for a while.
	const idle = setTimeout(() => {
		stripper = undefined;
		worker.terminate();
	}, IDLE_MS);
	idle.unref();
	return { port: port1, idle };
}

function strip(url) {
	const source = readFileSync(fileURLToPath(url), "utf8");
	const kept = path.join(KEPT, `${createHash("sha256").update(source).digest("hex")}.js`);
	try {
		return readFileSync(kept, "utf8");
	} catch {
		const stripped = stripAnew(url, source);
		keep(kept, stripped);
		return stripped;
	}
}

function keep(file, text) {
	try {
		mkdirSync(KEPT, { recursive: true });
		const draft = `${file}.${process.pid}`;
		writeFileSync(draft, text);
		renameSync(draft, file);
	} catch {
		// Where nothing can be kept, as in an image that may only be read, each start takes its time.
	}
}

function stripAnew(url, source) {
	stripper ??= startStripper();
	stripper.idle.refresh();
	Atomics.store(turn, 0, 0);
	stripper.port.postMessage(source);
	if (Atomics.wait(turn, 0, 0, 60_000) === "timed-out")
		throw new Error(`The types in ${url} could not be taken out: the thread for it does not answer.`);
	const { message } = receiveMessageOnPort(stripper.port);
	if (message.error !== undefined)
		throw new Error(`The types in ${url} could not be taken out: ${message.error.message}`, { cause: message.error });
	return message.source;
}

module.enableCompileCache(path.join(KEPT, "compiled"));

registerHooks({
	load(url, context, nextLoad) {
		if (!url.startsWith("file:") || !url.endsWith(".ts")) return nextLoad(url, context);
		return { format: "module", source: strip(url), shortCircuit: true };
	},
});
