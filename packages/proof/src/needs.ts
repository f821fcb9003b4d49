import { execFile } from "node:child_process";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { faketimeLibrary } from "@weir/tooling";

const run = promisify(execFile);

/** What some faults take that not every machine has. */
export type Need = "tmpfs" | "compiler" | "faketime";

/** Why this machine does not have it; undefined: it does. */
export async function whyNot(need: Need): Promise<string | undefined> {
	try {
		await TRIALS[need]();
		return undefined;
	} catch (error) {
		return `${REASONS[need]} (${(error instanceof Error ? error.message : String(error)).trim().split("\n")[0]})`;
	}
}

const REASONS: Readonly<Record<Need, string>> = {
	tmpfs: "a small disk can only be mounted by root",
	compiler: "there is no C compiler to build what notes the flushes of Redis: install gcc",
	faketime: "libfaketime is missing and could not be installed",
};

const TRIALS: Readonly<Record<Need, () => Promise<unknown>>> = {
	async tmpfs() {
		const folder = await mkdtemp(path.join(tmpdir(), "weir-tmpfs-"));
		try {
			await mountTmpfs(folder, 1);
			await unmount(folder);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	},
	compiler: () => run("cc", ["--version"]),
	faketime: faketimeLibrary,
};

export async function mountTmpfs(folder: string, megabytes: number): Promise<void> {
	await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "weir-proof", folder]);
}

export async function unmount(folder: string): Promise<void> {
	await run("umount", ["-l", folder]);
}

/** Builds what notes the flushes of a process it is loaded into; answers its path. */
export async function buildFsyncBook(folder: string): Promise<string> {
	const library = path.join(folder, "fsync-book.so");
	await run("cc", ["-shared", "-fPIC", "-O1", "-o", library, path.join(import.meta.dirname, "fsync-book.c"), "-ldl"]);
	await access(library);
	return library;
}
