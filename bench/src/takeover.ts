import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isQuick, keepTable, machine } from "./report.ts";

/** Workers killed with -9 one after the other while devices post: `npm run faults` with that fault alone, and its figures. */
const SECONDS = isQuick ? 30 : 150;
const LEAST_KILLS = isQuick ? 1 : 20;
const FLOOR_MS = 5_000;
const root = path.resolve(import.meta.dirname, "../..");

const folder = mkdtempSync(path.join(tmpdir(), "weir-bench-takeover-"));
try {
	const report = path.join(folder, "report.md");
	const args = ["packages/proof/src/main.ts", "--faults", "F1", "--seed", "7", "--seconds", String(SECONDS), "--report", report];
	const run = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
	if (run.status !== 0) throw new Error("The proof did not hold: see above.");
	const text = readFileSync(report, "utf8");
	const line = /^Takeover, .*$/m.exec(text)?.[0] ?? "";
	const kills = Number(/\((\d+) times\)/.exec(line)?.[1] ?? 0);
	const p95 = Number(/p95 ([\d,]+) ms/.exec(line)?.[1]?.replaceAll(",", "") ?? Number.NaN);
	const acknowledged = /^\| records acknowledged to devices \| ([\d,]+) \|$/m.exec(text)?.[1] ?? "no";
	if (kills < LEAST_KILLS) throw new Error(`Only ${kills} workers were killed, so the figures say little: let it run for longer.`);
	keepTable("takeover", [
		machine(),
		"",
		`${line} Meanwhile ${acknowledged} records were acknowledged: none lost, none doubled.`,
		"",
		`**p95 ${(p95 / 1_000).toFixed(1)} s** (goal: at most ${FLOOR_MS / 1_000} s).`,
	]);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
