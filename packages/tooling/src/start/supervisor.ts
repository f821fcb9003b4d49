import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { boundToParent } from "../services/process.ts";

/** A process of the product that shall always run. */
export interface ChildPlan {
	readonly name: string;
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
}

export interface Supervisor {
	/** Starts a child and starts it again whenever it ends. */
	run(plan: ChildPlan): void;
	/** Process ids by name, of those that run now. */
	pids(): Record<string, number>;
	/** How often a child has ended on its own since it was started. */
	endsOf(name: string): number;
	/** The last lines a child has written. */
	lastLines(name: string, lines?: number): string;
	logFile(name: string): string;
	/** Ends all children: SIGTERM, and SIGKILL for those that are still there after `graceMs`. */
	stop(graceMs: number): Promise<void>;
}

const LOG_LIMIT_BYTES = 50_000_000;
const RESTART_MIN_MS = 200;
const RESTART_MAX_MS = 10_000;
const STEADY_MS = 30_000;

interface Child {
	readonly plan: ChildPlan;
	process: ChildProcess | undefined;
	ends: number;
	delayMs: number;
}

/** Keeps children running. Each one also ends when this process dies, by whatever death. */
export function createSupervisor(options: { readonly logFolder: string; say(line: string): void }): Supervisor {
	const children = new Map<string, Child>();
	let isStopping = false;
	mkdirSync(options.logFolder, { recursive: true });
	const logFile = (name: string) => path.join(options.logFolder, `${name}.log`);

	function launch(child: Child): void {
		const { plan } = child;
		const startedAt = performance.now();
		const log = openSync(logFile(plan.name), "a", 0o600);
		const [program, args] = boundToParent("TERM", plan.program, plan.args);
		const started = spawn(program, args, { cwd: plan.cwd, env: plan.env, stdio: ["ignore", log, log], detached: true });
		closeSync(log);
		child.process = started;
		let hasEnded = false;
		const ended = (how: string) => {
			if (hasEnded) return;
			hasEnded = true;
			child.process = undefined;
			if (isStopping) return;
			child.ends += 1;
			child.delayMs = performance.now() - startedAt > STEADY_MS ? RESTART_MIN_MS : Math.min(child.delayMs * 2, RESTART_MAX_MS);
			options.say(`  ! ${plan.name} ended (${how}) and is started again; its log is ${logFile(plan.name)}`);
			void pause(child.delayMs).then(() => isStopping || launch(child));
		};
		started.once("error", (error) => ended(error.message));
		started.once("exit", (code, signal) => ended(signal ?? `code ${code}`));
	}

	const watchLogs = setInterval(() => {
		for (const name of children.keys()) {
			const file = logFile(name);
			if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) truncateSync(file);
		}
	}, 60_000).unref();

	const running = () =>
		[...children.values()].flatMap((child) =>
			child.process?.pid === undefined ? [] : [{ name: child.plan.name, pid: child.process.pid }],
		);

	return {
		logFile,
		run(plan) {
			const child: Child = { plan, process: undefined, ends: 0, delayMs: RESTART_MIN_MS / 2 };
			children.set(plan.name, child);
			launch(child);
		},
		pids: () => Object.fromEntries(running().map(({ name, pid }) => [name, pid])),
		endsOf: (name) => children.get(name)?.ends ?? 0,
		lastLines(name, lines = 8) {
			const text = readFileSync(logFile(name), "utf8").trimEnd();
			return text.split("\n").slice(-lines).join("\n");
		},
		async stop(graceMs) {
			isStopping = true;
			clearInterval(watchLogs);
			// The whole group: a child may have started helpers of its own.
			for (const { pid } of running()) signalGroup(pid, "SIGTERM");
			const until = performance.now() + graceMs;
			while (running().length > 0 && performance.now() < until) await pause(20);
			for (const { pid } of running()) signalGroup(pid, "SIGKILL");
			while (running().length > 0) await pause(10);
		},
	};
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}
