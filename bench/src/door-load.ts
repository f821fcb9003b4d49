import { readFileSync } from "node:fs";
import net from "node:net";

/** One request, sent again as soon as it was answered. */
export interface Load {
	readonly port: number;
	readonly connections: number;
	readonly requests: number;
	/** What the connection of this number sends. */
	readonly requestOf: (connection: number) => Buffer;
	/** How the answer must begin. */
	readonly status: string;
}

export interface LoadResult {
	readonly perSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
}

/** A client without an HTTP library, so that it costs as little as it can of the two cores it shares. */
export async function runLoad(load: Load): Promise<LoadResult> {
	const latencies: number[] = [];
	let left = load.requests;
	const start = performance.now();
	await Promise.all(
		Array.from({ length: load.connections }, (_, n) => new Promise<void>((resolve, reject) => connect(load.requestOf(n), resolve, reject))),
	);
	const seconds = (performance.now() - start) / 1_000;
	latencies.sort((a, b) => a - b);
	const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
	return { perSecond: load.requests / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };

	function connect(request: Buffer, resolve: () => void, reject: (error: Error) => void): void {
		const socket = net.connect(load.port, "127.0.0.1");
		let sentAt = 0;
		let held = "";
		const next = () => {
			if (left-- <= 0) {
				socket.destroy();
				resolve();
				return;
			}
			sentAt = performance.now();
			socket.write(request);
		};
		socket.setNoDelay(true);
		socket.on("connect", next);
		socket.on("error", reject);
		socket.on("data", (chunk) => {
			held += chunk.toString("latin1");
			const head = held.indexOf("\r\n\r\n");
			if (head < 0) return;
			const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
			if (held.length < head + 4 + length) return;
			if (!held.startsWith(`HTTP/1.1 ${load.status}`)) reject(new Error(`The door answered: ${held}`));
			latencies.push(performance.now() - sentAt);
			held = "";
			next();
		});
	}
}

/** Processor time a process has used, in microseconds. */
export function cpuMicros(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
	// User and system time in ticks of 10 ms.
	return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
