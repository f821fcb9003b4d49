import { type ChildProcess, spawn } from "node:child_process";
import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A service started by us: where it listens, which process it is, and how to end it. */
export interface RunningService {
	readonly port: number;
	readonly pid: number;
	readonly process: ChildProcess;
	/** Ends the process in good order; a process that does not end within ten seconds is killed. */
	stop(): Promise<void>;
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("The system gave no port."))));
		});
	});
}

/** True when somebody answers on this port of the machine. */
export function isPortBusy(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = net.connect(port, "127.0.0.1");
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

/**
 * Command line that makes `program` end by `signal` when the process that spawned it ends, by whatever death.
 * The child gets a process group of its own (spawn it detached), so that Ctrl-C reaches only its parent, who ends it in order.
 */
export function boundToParent(signal: "INT" | "TERM" | "KILL", program: string, args: readonly string[]): [string, string[]] {
	return process.platform === "linux" ? ["setpriv", ["--pdeathsig", signal, program, ...args]] : [program, [...args]];
}

interface ServiceCommand {
	readonly name: string;
	readonly command: readonly [string, readonly string[]];
	readonly port: number;
	readonly stopSignal: "SIGINT" | "SIGTERM";
	/** Added to the environment of the process. */
	readonly env?: Readonly<Record<string, string>>;
	/** Answers when the service can be used; the default is that the port answers. */
	isReady?(said: string): boolean;
}

/** Starts a process and waits until it is ready; when it ends before that, the error carries what it said. */
export async function startService(service: ServiceCommand): Promise<RunningService> {
	if (await isPortBusy(service.port))
		throw new Error(`Port ${service.port} is taken by another program: end it, or give ${service.name} another port.`);
	const [program, args] = service.command;
	const env = service.env === undefined ? process.env : { ...process.env, ...service.env };
	const child = spawn(program, [...args], { stdio: ["ignore", "pipe", "pipe"], detached: true, env });
	let said = "";
	let ended: string | undefined;
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said = (said + text).slice(-8000);
		});
	}
	const exit = new Promise<void>((resolve) => {
		child.once("error", (error) => {
			ended = `${service.name} could not be started: ${error.message}.`;
			resolve();
		});
		child.once("exit", (code, signal) => {
			ended ??= `${service.name} ended (${signal ?? code}): ${said.trim()}`;
			resolve();
		});
	});
	const isReady = async () => service.isReady?.(said) ?? (await isPortBusy(service.port));
	while (!(await isReady())) {
		if (ended !== undefined) throw new Error(ended);
		await pause(15);
	}
	if (ended !== undefined || child.pid === undefined) throw new Error(ended ?? `${service.name} has no process id.`);
	const stop = async () => {
		if (ended !== undefined) return;
		child.kill(service.stopSignal);
		const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
		await exit;
		clearTimeout(killer);
	};
	return { port: service.port, pid: child.pid, process: child, stop };
}
