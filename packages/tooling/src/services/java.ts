import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

const run = promisify(execFile);

/** The jars of a program and what names this very set of them. */
export interface Jars {
	readonly key: string;
	readonly classPath: string;
}

/** Debian's packages that a Java service of ours needs, by the program that shows that they are there. */
const JAVA_PACKAGES: readonly (readonly [program: string, name: string])[] = [
	["java", "default-jdk-headless"],
	["mvn", "maven"],
];

/** Folder of class paths and class archives of Java services. */
export function javaFolder(): string {
	return path.join(cacheFolder(), "java");
}

/**
 * The jars of a pom's dependencies. Maven runs only when the pom is new to this machine, or when one of the jars that it
 * fetched then is not there any more or has another size.
 */
export async function fetchJars(pom: string): Promise<Jars> {
	const key = createHash("sha256")
		.update(await readFile(pom))
		.digest("hex")
		.slice(0, 12);
	const file = path.join(javaFolder(), `${key}.jars.json`);
	const known = await readJars(file);
	await installJava(known === undefined ? JAVA_PACKAGES : JAVA_PACKAGES.slice(0, 1));
	if (known !== undefined) return { key, classPath: known.join(":") };
	await mkdir(javaFolder(), { recursive: true });
	const draft = `${file}.${randomUUID()}`;
	try {
		const goal = ["dependency:build-classpath", "-DincludeScope=runtime", `-Dmdep.outputFile=${draft}`];
		await run("mvn", ["-B", "-q", "-ntp", "-f", pom, ...goal], { maxBuffer: 20_000_000 });
	} catch (error) {
		const { stdout = "", message } = error as Error & { stdout?: string };
		throw new Error(
			`Maven could not fetch the jars of ${pom}: check that Maven Central, or a mirror of it in ~/.m2/settings.xml, can be reached.\n${(stdout || message).slice(-2_000)}`,
		);
	}
	const jars = (await readFile(draft, "utf8")).trim().split(":");
	const sizes = await Promise.all(jars.map(async (jar) => [jar, (await stat(jar)).size] as const));
	await writeFile(draft, JSON.stringify(Object.fromEntries(sizes), undefined, "\t"));
	await rename(draft, file);
	return { key, classPath: jars.join(":") };
}

async function readJars(file: string): Promise<readonly string[] | undefined> {
	try {
		const sizes = JSON.parse(await readFile(file, "utf8")) as Record<string, number>;
		const found = await Promise.all(Object.entries(sizes).map(async ([jar, size]) => (await stat(jar)).size === size));
		return found.every(Boolean) ? Object.keys(sizes) : undefined;
	} catch {
		return undefined; // never fetched, or cleared away since: Maven fetches them anew
	}
}

async function installJava(wanted: typeof JAVA_PACKAGES): Promise<void> {
	const missing: string[] = [];
	for (const [program, name] of wanted) {
		// Both answer to this spelling, and neither to `--version` in all of its versions.
		const isThere = await run(program, ["-version"]).then(
			() => true,
			() => false,
		);
		if (!isThere) missing.push(name);
	}
	if (missing.length === 0) return;
	const command = ["install", "-y", "--no-install-recommends", ...missing];
	if (process.getuid?.() !== 0) {
		throw new Error(
			`Kafka needs ${missing.join(" and ")}, and only root can install them: run "sudo apt-get ${command.join(" ")}" and start again.`,
		);
	}
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	const install = () => run("apt-get", command, { env, maxBuffer: 20_000_000 });
	await install().catch(async () => {
		await run("apt-get", ["update"], { env, maxBuffer: 20_000_000 });
		await install();
	});
}
