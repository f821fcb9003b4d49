// Writes a migration from the schema of the last commit to the one in the work tree: npm run migration -w @weir/db -- <name> <address of any Postgres>
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { migrationSql, writeMigration } from "./diff.ts";
import { prismaFolder } from "./engine.ts";

const run = promisify(execFile);
const cwd = path.dirname(prismaFolder());

async function committedSchema(): Promise<{ path: string; content: string }[]> {
	const { stdout } = await run("git", ["ls-tree", "--name-only", "HEAD", "prisma/schema/"], { cwd });
	const files = stdout.trim().split("\n");
	return Promise.all(files.map(async (file) => ({ path: file, content: (await run("git", ["show", `HEAD:${file}`], { cwd })).stdout })));
}

const [name = "", url = ""] = process.argv.slice(2);
if (!/^[a-z0-9_]+$/.test(name) || !URL.canParse(url)) {
	throw new Error("Say a name and a server: npm run migration -w @weir/db -- add_quota postgresql://weir:weir@127.0.0.1:5544/weir");
}
const sql = await migrationSql(url, await committedSchema());
if (sql === "") console.log("The schema has not changed since the last commit.");
else console.log(`Wrote ${await writeMigration(name, sql)}. Read it, then add policies and grants.`);
process.exit(0);
