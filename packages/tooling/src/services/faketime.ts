import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** libfaketime of Debian's package `faketime`, which gives a process a clock of its own; installed when it is missing and we are root. */
export async function faketimeLibrary(): Promise<string> {
	const known = await find();
	if (known !== undefined) return known;
	const command = ["install", "-y", "--no-install-recommends", "faketime"];
	if (process.getuid?.() !== 0) throw new Error(`Only root can install libfaketime: run "sudo apt-get ${command.join(" ")}".`);
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	const install = () => run("apt-get", command, { env, maxBuffer: 20_000_000 });
	await install().catch(async () => {
		await run("apt-get", ["update"], { env, maxBuffer: 20_000_000 });
		await install();
	});
	const installed = await find();
	if (installed === undefined) throw new Error("The package faketime was installed, and libfaketime is not where Debian puts it.");
	return installed;
}

async function find(): Promise<string | undefined> {
	for (const folder of await readdir("/usr/lib").catch((): string[] => [])) {
		const library = path.join("/usr/lib", folder, "faketime/libfaketimeMT.so.1");
		const files = await readdir(path.dirname(library)).catch((): string[] => []);
		if (files.includes(path.basename(library))) return library;
	}
	return undefined;
}
