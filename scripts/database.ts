// Brings a database up to date: node scripts/database.ts migrate | seed | prepare <file for the demo devices>
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { migrate } from "@weir/db";
import { seedDemo } from "../apps/web/src/server/demo/seed-demo.ts";

const DEMO_EMAIL = "demo@weir.local";

function needed(name: string): string {
	const value = process.env[name];
	if (value === undefined || value === "")
		throw new Error(`${name} is not set: "npm start" sets it by itself; for another database, set it and try again.`);
	return value;
}

async function seed(demoFile: string | undefined): Promise<string> {
	const needsTokens = demoFile !== undefined && !existsSync(demoFile);
	const demo = await seedDemo({
		appUrl: needed("APP_DATABASE_URL"),
		resultsUrl: needed("RESULTS_DATABASE_URL"),
		masterKey: needed("WEIR_MASTER_KEY"),
		pepper: needed("WEIR_PEPPER"),
		email: DEMO_EMAIL,
		password: needed("WEIR_DEMO_PASSWORD"),
		needsTokens,
	});
	// Tokens are known only in the moment they are made; the simulator's devices keep theirs like any device would.
	if (demoFile !== undefined && demo.sources.length > 0)
		writeFileSync(demoFile, `${JSON.stringify(demo.sources, undefined, "\t")}\n`, { mode: 0o600 });
	const sources =
		demoFile !== undefined && existsSync(demoFile) ? (JSON.parse(readFileSync(demoFile, "utf8")) as unknown[]).length : demo.sources.length;
	return JSON.stringify({ email: demo.email, sources });
}

const [command, demoFile] = process.argv.slice(2);
if (command === "migrate" || command === "prepare") await migrate(needed("DATABASE_URL"), process.env.APP_DATABASE_URL);
if (command === "seed" || command === "prepare") console.log(await seed(demoFile));
if (command === "migrate") console.log("The database has the newest tables.");
if (command !== "migrate" && command !== "seed" && command !== "prepare") throw new Error("Say migrate, seed or prepare.");
process.exit(0);
