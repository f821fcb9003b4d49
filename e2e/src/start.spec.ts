import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";

const address = process.env.WEIR_E2E_URL ?? "";
const folder = process.env.WEIR_E2E_FOLDER ?? "";

test("the sign-in page opens at the printed address", async ({ page }) => {
	const faults: string[] = [];
	page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
	page.on("pageerror", (error) => faults.push(error.message));
	await page.goto(address);
	await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
	expect(faults).toEqual([]);
});

test("a stream worker that is killed is started again", async () => {
	test.skip(folder === "", "The product under test was not started by this run.");
	const pidOf = () =>
		(JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { pids: Record<string, number> }).pids["stream-1"];
	const first = pidOf();
	if (first === undefined) throw new Error("stream-1 does not run.");
	process.kill(first, "SIGKILL");
	await expect.poll(() => pidOf() !== undefined && pidOf() !== first && existsSync(`/proc/${pidOf()}`), { timeout: 10_000 }).toBe(true);
});
