import { execFile } from "node:child_process";
import { renameSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { boundToParent } from "../services/process.ts";
import { member, productEnvironment, productMembers, productNode } from "./children.ts";
import { Fault, faultIn } from "./faults.ts";
import { checkPorts, lockFolder } from "./lock.ts";
import type { Progress } from "./progress.ts";
import { untilReady } from "./ready.ts";
import { type Services, startServices } from "./services.ts";
import { readSecrets, root, type Settings } from "./settings.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { buildWeb, isWebBuilt } from "./web-build.ts";

const STOP_CHILDREN_MS = 2_000;
const NEEDED_MB = 300;
const FULL_MB = 100;

/** What `scripts/database.ts` tells about the demo tenant. */
interface Demo {
	readonly email: string;
	readonly sources: number;
}

/** Runs the whole product until it is told to stop, or until something fails that a person must put right. */
export async function runProduct(settings: Settings, progress: Progress): Promise<void> {
	const startedAt = performance.now();
	progress.say("\nWeir is starting.");
	await checkPorts(settings);
	const secrets = readSecrets(settings.folder);
	const unlock = lockFolder(settings.folder);
	const supervisor = createSupervisor({ logFolder: path.join(settings.folder, "logs"), say: progress.say });
	let services: Services | undefined;
	const stopped = whenToldToStop();
	try {
		checkDisk(settings.folder);
		watchDisk(settings.folder, progress.say);
		const start = async () => {
			const generated = progress.step("the code is generated", () => npmScript("generate", settings.folder));
			generated.catch(() => {}); // awaited below, after the services
			services = await startServices(settings, secrets, progress);
			await generated;
			const env = productEnvironment(settings, secrets, services);
			const built = settings.isDev || isWebBuilt(root);
			const demo = await progress.step("the database is migrated and the demo tenant is there", () =>
				prepareDatabase(env, secrets.demoPassword, settings.folder),
			);
			if (!(await built)) {
				await progress.step("the web pages are built (half a minute, only when the code has changed)", () =>
					buildWeb(root, productNode, env),
				);
			}
			await startChildren(settings, env, supervisor, services, progress);
			announce(settings, secrets.demoPassword, demo, startedAt, progress);
		};
		const failed = await Promise.race([start().then(() => undefined), stopped.then(() => "stopped")]);
		if (failed === undefined) await stopped;
		progress.say("\nStopping.");
	} finally {
		await supervisor.stop(STOP_CHILDREN_MS);
		await services?.stop();
		unlock();
	}
	progress.say("Everything has stopped. The data stays in place for the next start.");
}

function whenToldToStop(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
	});
}

async function startChildren(
	settings: Settings,
	env: Readonly<Record<string, string>>,
	supervisor: Supervisor,
	services: Services,
	progress: Progress,
): Promise<void> {
	const members = await productMembers(settings, env);
	const simulator = await member("simulator", "packages/simulator", settings, env, ["demo", path.join(settings.folder, "demo.json")]);
	for (const one of [...members, simulator]) supervisor.run(one);
	// Ids of all processes, for the sweep in scripts/start.mjs and for people who want to kill one.
	const notePids = () => {
		const pids = { ...services.pids(), ...supervisor.pids() };
		const file = path.join(settings.folder, "run.json");
		// Whoever reads it meanwhile sees the whole file, the old or the new one.
		writeFileSync(`${file}.new`, JSON.stringify({ starter: process.pid, pids }, undefined, "\t"));
		renameSync(`${file}.new`, file);
	};
	notePids();
	setInterval(notePids, 500).unref();
	const limitMs = settings.isDev ? 120_000 : 60_000;
	const names = members.map((one) => one.name).join(", ");
	await progress.step(`${names} are ready`, () => Promise.all(members.map((one) => untilReady(one, supervisor, settings.folder, limitMs))));
	const demo = progress.step("the demo devices send, and their first records are acknowledged", () =>
		untilReady(simulator, supervisor, settings.folder, limitMs),
	);
	// A log that is full refuses them, and only a product that runs can make room.
	await demo.catch((error: unknown) => progress.say(`  ! ${error instanceof Error ? error.message : String(error)}`));
}

function freeMbOf(folder: string): number {
	const { bavail, bsize } = statfsSync(folder);
	return Math.floor((bavail * bsize) / 1e6);
}

/** Says so, once, when the disk runs full while the product runs. */
function watchDisk(folder: string, say: (line: string) => void): void {
	let isTold = false;
	setInterval(() => {
		const freeMb = freeMbOf(folder);
		if (freeMb >= FULL_MB) isTold = false;
		else if (!isTold) {
			isTold = true;
			say(
				`  ! The disk of ${folder} has only ${freeMb} MB free: make room, or the doors will soon take no more records. Nothing that was acknowledged is lost.`,
			);
		}
	}, 5_000).unref();
}

function checkDisk(folder: string): void {
	const freeMb = freeMbOf(folder);
	if (freeMb < NEEDED_MB)
		throw new Fault(
			`The disk of ${folder} has ${freeMb} MB free and Weir needs at least ${NEEDED_MB} MB: free some space and start again.`,
		);
}

async function npmScript(name: string, folder: string): Promise<void> {
	await command("npm", ["run", "--silent", name], { ...process.env }, folder);
}

async function prepareDatabase(env: Readonly<Record<string, string>>, password: string, folder: string): Promise<Demo> {
	const file = path.join(folder, "demo.json");
	const said = await command(productNode, ["scripts/database.ts", "prepare", file], { ...env, WEIR_DEMO_PASSWORD: password }, folder);
	return JSON.parse(said.trim().split("\n").at(-1) ?? "{}") as Demo;
}

async function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv, folder: string): Promise<string> {
	try {
		const { stdout } = await promisify(execFile)(...boundToParent("TERM", program, args), { cwd: root, env, maxBuffer: 20_000_000 });
		return stdout;
	} catch (error) {
		const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
		const said = `${stdout}\n${stderr}`.trim() || message;
		throw faultIn(said, folder) ?? new Fault(`${program} ${args.join(" ")} failed:\n${said}`);
	}
}

function announce(settings: Settings, password: string, demo: Demo, startedAt: number, progress: Progress): void {
	const lines = [
		"",
		`Weir is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
		"",
		`  Open      http://localhost:${settings.webPort}`,
		`  Sign in   ${demo.email}   ${password}`,
		`  Devices   http://localhost:${settings.httpPort}   mqtt://localhost:${settings.mqttPort}`,
		`  Logs      ${path.join(settings.folder, "logs")}`,
		"",
		"Ctrl-C stops everything and keeps the data.",
	];
	progress.say(lines.join("\n"));
}
