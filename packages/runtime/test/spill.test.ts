import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SpillFiles } from "@weir/backends";
import { operators } from "@weir/nodes/operators";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type StageTaskOptions, TaskRunner } from "../src/index.ts";
import { TEST_OPERATORS } from "./operators.ts";
import { expectedRows, PUMPS, type Pumped, pumped, pumpPlan, Rig } from "./rig.ts";

let folder = "";
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "weir-spill-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Source → Dedup → per minute → list. */
function dedupRig(): { rig: Rig; options: (more: Partial<StageTaskOptions>) => StageTaskOptions } {
	const plan = pumpPlan({ partitions: 1 });
	const [stage] = plan.stages;
	if (stage === undefined) throw new Error("There is no stage.");
	const config = { keys: ["pump", "at"], keep: "first", horizonMs: 3_600_000, maxKeys: 1_000 };
	const nodes = stage.nodes.map((node) =>
		node.id === "pass" ? { ...node, kind: "dedup", config, outputs: { out: PUMPS, duplicate: PUMPS } } : node,
	);
	const changed = { ...stage, nodes };
	const rig = new Rig({ ...plan, stages: [changed] }, { readBytes: 4_000 }, new Map([...TEST_OPERATORS, ...operators]));
	return { rig, options: (more) => rig.options(changed, 0, more) };
}

/** As many litres that the oracle counts them all, and each record once. */
const asked: readonly Pumped[] = pumped(900).map((record, i) => ({ ...record, litres: 5 + (i % 9) }));
const files = () => readdirSync(folder).flatMap((owner) => readdirSync(join(folder, owner)).map((name) => join(folder, owner, name)));

it("a task whose state is on the local disk says how much, gives what it would without, and goes back to its checkpoint when that is damaged", async () => {
	const { rig, options } = dedupRig();
	const spill = new SpillFiles({ folder, owner: "host-1", mostBytes: 1e9, jobMemoryBytes: 1, leastMemoryBytes: 1 });
	const runner = new TaskRunner(options({ spill }), rig.leases);
	const slice = (wanted: "running" | "drained" = "running") =>
		runner.run({ untilMs: rig.clock.now() + 2_000, signal: new AbortController().signal, wanted: () => wanted });
	const different = [...new Map(asked.map((record) => [`${record.pump}/${record.at}`, record])).values()];
	await rig.post(asked.slice(0, 600));
	expect(await slice()).toEqual({ how: "more" });
	const before = runner.task?.spilledBytes.get("pass") ?? 0;
	expect(before).toBeGreaterThan(10_000);
	expect(before).toBe(spill.bytes);
	expect(files().length).toBeGreaterThan(2);

	for (const file of files()) truncateSync(file, 3);
	await rig.post(asked);
	expect(await slice()).toMatchObject({ how: "paused", failure: { code: "SPILL_DAMAGED", context: { nodeId: "pass" } } });
	expect([spill.bytes, files()]).toEqual([0, []]);

	expect(await slice()).toEqual({ how: "more" });
	expect(runner.task?.spilledBytes.get("pass")).toBeGreaterThan(before);
	expect(await slice("drained")).toMatchObject({ how: "done" });
	expect(rig.rows()).toEqual(expectedRows(different));
	expect([spill.bytes, files()]).toEqual([0, []]);
	spill.close();
});
