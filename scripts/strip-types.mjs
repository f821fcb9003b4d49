// `node --import ./scripts/strip-types.mjs main.ts`: takes the types out of our sources in a thread of its own.
// Node does it in the program's own thread, by WebAssembly whose memory grows: the old memory is detached, and from then on V8 checks
// at every access to a typed array of this thread whether its memory is still there, which costs a quarter of the speed of all columns
// and tables (apps/docs/decisions/0007).
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
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

const turn = new Int32Array(new SharedArrayBuffer(4));
let port;

function strip(source) {
	if (port === undefined) {
		const channel = new MessageChannel();
		port = channel.port1;
		const worker = new Worker(STRIPPER, {
			eval: true,
			execArgv: ["--disable-warning=ExperimentalWarning"],
			workerData: { port: channel.port2, turn },
			transferList: [channel.port2],
		});
		worker.unref();
		port.unref();
	}
	Atomics.store(turn, 0, 0);
	port.postMessage(source);
	Atomics.wait(turn, 0, 0);
	const { message } = receiveMessageOnPort(port);
	if (message.error !== undefined) throw message.error;
	return message.source;
}

registerHooks({
	load(url, context, nextLoad) {
		if (!url.startsWith("file:") || !url.endsWith(".ts")) return nextLoad(url, context);
		return { format: "module", source: strip(readFileSync(fileURLToPath(url), "utf8")), shortCircuit: true };
	},
});
