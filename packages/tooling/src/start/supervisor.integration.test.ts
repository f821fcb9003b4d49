import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

const POLITE = "setInterval(() => {}, 1000); process.stdout.write('up\\n')";
const STUBBORN = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.stdout.write('up\\n')";

let folder: string;
let supervisor: Supervisor;
let said: string[];

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-supervisor-"));
	said = [];
	supervisor = createSupervisor({ logFolder: folder, say: (line) => said.push(line) });
});

afterEach(async () => {
	await supervisor.stop(100);
	await rm(folder, { recursive: true, force: true });
});

function run(name: string, script: string): void {
	supervisor.run({ name, program: process.execPath, args: ["-e", script], cwd: folder, env: { PATH: process.env.PATH ?? "" } });
}

async function until<T>(read: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
	for (let waited = 0; waited < 10_000; waited += 20) {
		const value = await read();
		if (value !== undefined && value !== false) return value;
		await pause(20);
	}
	throw new Error("What the test waits for did not happen.");
}

const isUp = async (name: string) =>
	existsSync(supervisor.logFile(name)) && (await readFile(supervisor.logFile(name), "utf8")).includes("up") && supervisor.pids()[name];
const isGone = (pid: number) => !existsSync(`/proc/${pid}`);

test("starts a child again when it is killed, and says so", async () => {
	run("pump", POLITE);
	const first = await until(() => isUp("pump"));
	process.kill(first, "SIGKILL");
	const second = await until(() => supervisor.pids().pump !== first && supervisor.pids().pump);
	expect(second).not.toBe(first);
	expect(said.join("\n")).toMatch(/pump ended \(SIGKILL\) and is started again/);
});

test("ends a child that does not listen to SIGTERM, and does not start it again", async () => {
	run("valve", STUBBORN);
	const pid = await until(() => isUp("valve"));
	await supervisor.stop(100);
	expect(isGone(pid)).toBe(true);
	expect(supervisor.pids()).toEqual({});
});

test("leaves no child behind when it dies itself by kill -9", async () => {
	const script = path.join(folder, "parent.ts");
	const code = `
		import { createSupervisor } from ${JSON.stringify(path.join(import.meta.dirname, "supervisor.ts"))};
		const supervisor = createSupervisor({ logFolder: ${JSON.stringify(folder)}, say: () => {} });
		supervisor.run({ name: "orphan", program: process.execPath, args: ["-e", ${JSON.stringify(POLITE)}], cwd: "/", env: { PATH: process.env.PATH ?? "" } });
		console.log(supervisor.pids().orphan);`;
	await writeFile(script, code);
	const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
	const [bytes] = (await once(parent.stdout, "data")) as [Buffer];
	const orphan = Number(bytes.toString());
	await until(
		async () => existsSync(path.join(folder, "orphan.log")) && (await readFile(path.join(folder, "orphan.log"), "utf8")).includes("up"),
	);
	parent.kill("SIGKILL");
	await until(() => isGone(orphan));
	expect(isGone(orphan)).toBe(true);
});
