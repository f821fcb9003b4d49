import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { WITHOUT_TYPES } from "@weir/tooling";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const SLICE_MS = 2_000;

export type WorkerName = "stream-1" | "stream-2";
export type ProcessName = WorkerName | "gateway" | "control";

/** How a stream worker is to be at a known place, or otherwise. */
export interface WorkerOptions {
	/** `<place>@<n>`: when it comes to that place the n-th time, it dies. */
	readonly failpoint?: string;
	/** It sends itself this signal there instead. */
	readonly signal?: NodeJS.Signals;
	/** Its event loop stands still there for so long instead. */
	readonly blockMs?: number;
	/** Records of so many litres kill it. */
	readonly fatalLitres?: number;
	/** Added to its environment. */
	readonly env?: Readonly<Record<string, string>>;
}

/** The product's processes, any of which may be broken. */
export class Processes {
	/** Commits of a worker that another had replaced, refused. */
	fencedCommits = 0;
	readonly #env: Readonly<Record<string, string>>;
	readonly #gatewayEnv: Readonly<Record<string, string>>;
	readonly #running = new Map<string, ChildProcess>();

	constructor(env: Readonly<Record<string, string>>, gatewayEnv: Readonly<Record<string, string>>) {
		this.#env = env;
		this.#gatewayEnv = gatewayEnv;
	}

	/** A mutant is put into sources as Node loads them, types and all. */
	get #execArgv(): readonly string[] {
		return this.#env.WEIR_MUTANT === undefined ? WITHOUT_TYPES : [];
	}

	async startGateway(): Promise<void> {
		const child = spawn(process.execPath, [...this.#execArgv, path.join(ROOT, "apps/gateway/src/main.ts")], {
			cwd: ROOT,
			env: { ...this.#env, ...this.#gatewayEnv },
			stdio: ["ignore", "ignore", "inherit"],
		});
		this.#note("gateway", child);
		while (child.exitCode === null && child.signalCode === null) {
			const answer = await fetch(`http://127.0.0.1:${this.#gatewayEnv.METRICS_PORT}/readyz`).catch(() => undefined);
			if (answer?.status === 200) return;
			await pause(20);
		}
		throw new Error(`The gateway ended before it was ready (${child.signalCode ?? child.exitCode}).`);
	}

	startControl(): Promise<void> {
		return this.#fork("control", "workers/control/test/worker-main.ts", {});
	}

	startWorker(name: WorkerName, { failpoint, signal, blockMs, fatalLitres, env = {} }: WorkerOptions = {}): Promise<void> {
		return this.#fork(name, "workers/stream/test/worker-main.ts", {
			WORKER_NAME: name,
			WORKER_SLICE_MS: String(SLICE_MS),
			...(failpoint === undefined ? {} : { WEIR_FAILPOINT: failpoint }),
			...(signal === undefined ? {} : { WEIR_FAILPOINT_SIGNAL: signal }),
			...(blockMs === undefined ? {} : { WEIR_FAILPOINT_BLOCK_MS: String(blockMs) }),
			...(fatalLitres === undefined ? {} : { WEIR_KILLER: String(fatalLitres) }),
			...env,
		});
	}

	/** Waits until a process stands still; false when it did not within the time. */
	async isStopped(name: ProcessName, limitMs: number): Promise<boolean> {
		const pid = this.#running.get(name)?.pid ?? 0;
		const until = performance.now() + limitMs;
		while (performance.now() < until) {
			const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
			if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")) return true;
			await pause(20);
		}
		return false;
	}

	/** Waits until a worker says that it comes to its failpoint and is going to stand still; false when it did not within the time. */
	async isBlocked(name: WorkerName, limitMs: number): Promise<boolean> {
		const child = this.#running.get(name);
		return new Promise((resolve) => {
			const timer = setTimeout(() => resolve(false), limitMs);
			child?.on("message", (message) => {
				if (typeof message !== "object" || message === null || !("blocked" in message)) return;
				clearTimeout(timer);
				resolve(true);
			});
		});
	}

	signal(name: ProcessName, signal: NodeJS.Signals): void {
		this.#running.get(name)?.kill(signal);
	}

	/** Resolves when the process has ended. */
	async ended(name: ProcessName): Promise<void> {
		const child = this.#running.get(name);
		if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit");
	}

	async kill(name: ProcessName): Promise<void> {
		this.signal(name, "SIGKILL");
		await this.ended(name);
	}

	isRunning(name: ProcessName): boolean {
		const child = this.#running.get(name);
		return child !== undefined && child.exitCode === null && child.signalCode === null;
	}

	/** Megabytes of memory that a process has in use. */
	async memoryOf(name: ProcessName): Promise<number> {
		const status = await readFile(`/proc/${this.#running.get(name)?.pid ?? 0}/status`, "utf8").catch(() => "");
		return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
	}

	close(): void {
		for (const child of this.#running.values()) {
			child.kill("SIGCONT");
			child.kill("SIGKILL");
		}
	}

	#note(name: ProcessName, child: ChildProcess): void {
		this.#running.set(name, child);
		child.on("message", (message) => {
			if (typeof message === "object" && message !== null && "fenced" in message) this.fencedCommits += 1;
		});
	}

	async #fork(name: ProcessName, file: string, env: Readonly<Record<string, string>>): Promise<void> {
		const child = fork(path.join(ROOT, file), {
			cwd: ROOT,
			execArgv: [...this.#execArgv],
			env: { ...this.#env, METRICS_PORT: "0", ...env },
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		this.#note(name, child);
		await new Promise<void>((ready, failed) => {
			child.once("message", () => ready());
			child.once("exit", (code, signal) =>
				// One that is meant to die may do so before it could say that it was ready.
				signal === "SIGKILL" ? ready() : failed(new Error(`${name} ended before it was ready (${signal ?? code}).`)),
			);
		});
	}
}
