import { expect, type Page, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

async function setTable(page: Page, text: string) {
	await canvas(page)
		.node("C")
		.click({ position: { x: 60, y: 12 } });
	await page.getByLabel("Table", { exact: true }).fill(text);
	await page.getByLabel("Table", { exact: true }).blur();
}

const storedTable = (page: Page) =>
	page.evaluate(
		() => JSON.parse(localStorage.getItem("harness-chain") ?? "{}").flow.nodes.find((node: { id: string }) => node.id === "c").config.table,
	);

test.describe("saving by itself", () => {
	test("saves a while after the last change and says when", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const before = await on.savedRev();
		await setTable(page, "cold");
		await expect(on.saved).toHaveText("Saving…");
		await expect(on.saved).toHaveText(/^Saved \d\d:\d\d:\d\d$/, { timeout: 5_000 });
		expect(await on.savedRev()).not.toBe(before);
		expect(await storedTable(page)).toBe("cold");
	});

	test("puts two people's work on different nodes together without a question", async ({ page, context }) => {
		const mine = canvas(page);
		await mine.open("flow=chain&still");
		const other = await context.newPage();
		const theirs = canvas(other);
		await theirs.open("flow=chain&still");
		await setTable(other, "theirs");
		await expect(theirs.saved).toHaveText(/^Saved/, { timeout: 5_000 });
		await page.bringToFront();
		await mine.node("B").click({ position: { x: 60, y: 12 } });
		await page.getByLabel("Condition", { exact: true }).fill("temp > 2");
		await page.getByLabel("Condition", { exact: true }).blur();
		await expect(mine.saved).toHaveText(/^Saved/, { timeout: 12_000 });
		await expect(page.getByRole("dialog")).toHaveCount(0);
		expect(await storedTable(page)).toBe("theirs");
		await mine.node("C").click({ position: { x: 60, y: 12 } });
		await expect(page.getByLabel("Table", { exact: true })).toHaveValue("theirs");
	});

	test("asks once when both changed the same field, and stops saving until it is settled", async ({ page, context }) => {
		const mine = canvas(page);
		await mine.open("flow=chain&still");
		const other = await context.newPage();
		const theirs = canvas(other);
		await theirs.open("flow=chain&still");
		await setTable(other, "theirs");
		await expect(theirs.saved).toHaveText(/^Saved/, { timeout: 5_000 });
		await page.bringToFront();
		await setTable(page, "mine");
		const dialog = page.getByRole("dialog", { name: "Somebody else changed the same thing" });
		await expect(dialog).toBeVisible({ timeout: 8_000 });
		await expect(dialog).toHaveCount(1);
		await expect(page.locator(".weir-toast")).toHaveCount(1);
		const saves = await page.evaluate(() => window.harness.saves);
		await expect(mine.saved).toHaveText("Conflict");
		await mine.expectNoAxeViolations();
		await dialog.getByRole("radio", { name: /Mine/ }).check();
		expect(await page.evaluate(() => window.harness.saves)).toBe(saves);
		await dialog.getByRole("button", { name: "Keep these and go on" }).click();
		await expect(mine.saved).toHaveText(/^Saved/, { timeout: 8_000 });
		expect(await storedTable(page)).toBe("mine");
	});

	test("keeps the work on the device while the server is away, and offers it after a crash", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await page.evaluate(() => {
			window.harness.isOffline = true;
		});
		await setTable(page, "kept");
		await expect(on.saved).toHaveText("Offline – 1 change kept on this device", { timeout: 8_000 });
		await page.reload();
		await expect(page.getByTestId("restore-banner")).toBeVisible();
		await page.getByRole("button", { name: "Restore it" }).click();
		await on.node("C").click({ position: { x: 60, y: 12 } });
		await expect(page.getByLabel("Table", { exact: true })).toHaveValue("kept");
		await expect(on.saved).toHaveText(/^Saved/, { timeout: 8_000 });
		await page.reload();
		await expect(on.node("C")).toBeVisible();
		await expect(page.getByTestId("restore-banner")).toHaveCount(0);
	});

	test("sends at most one save in five seconds, however much is dragged", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const start = Date.now();
		await on.node("B").focus();
		for (let i = 0; i < 100; i++) await page.keyboard.press(i % 2 === 0 ? "Alt+ArrowDown" : "Alt+ArrowRight");
		await expect(on.saved).toHaveText(/^Saved/, { timeout: 12_000 });
		const elapsedS = (Date.now() - start) / 1_000;
		expect(await page.evaluate(() => window.harness.saves)).toBeLessThanOrEqual(Math.floor(elapsedS / 5) + 1);
	});

	test("saves at once with Mod+S", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Alt+ArrowDown");
		await page.keyboard.press("Control+s");
		await expect(on.saved).toHaveText(/^Saved/, { timeout: 1_000 });
	});
});

test.describe("deploying", () => {
	test("shows what changes and what becomes of state, then goes live step by step", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await expect(page.getByTestId("flow-chip")).toHaveText("Live v12");
		await page.getByRole("button", { name: "Deploy" }).click();
		const dialog = page.getByRole("dialog", { name: "Deploy" });
		const threshold = dialog.locator(".weir-field-changes > div").filter({ hasText: "Score threshold" });
		await expect(threshold).toContainText("from 0.9 → to 0.8");
		await expect(dialog.locator(".weir-field-changes code")).toHaveText("temp > -30 and status = 'ok'");
		await expect(dialog).toContainText("Kept · Reads on where it stopped.");
		await expect(dialog).toContainText("Nothing is closed early.");
		await dialog.getByText("How it will run: 3 stages, 24 tasks").click();
		const plan = dialog.getByRole("region", { name: "Plan of 3 stages" });
		await expect(plan.getByRole("listitem").filter({ hasText: "Stage 2" })).toContainText("regrouped by store, in 4 partitions");
		await expect(plan).toContainText("effectively once. Rows and the place in the stream are committed in one transaction.");
		await on.expectNoAxeViolations();
		await dialog.getByLabel("Note").fill("tighter");
		await dialog.getByRole("button", { name: "Deploy" }).click();
		await expect(dialog.getByRole("listitem").filter({ hasText: "handing over" })).toHaveAttribute("aria-current", "step");
		await expect(dialog).toHaveCount(0, { timeout: 5_000 });
		await expect(page.getByTestId("flow-chip")).toHaveText("Live v13");
		expect(await page.evaluate(() => window.harness.deployed)).toEqual(["tighter"]);
	});

	test("is off while something is wrong, and says what", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still&blocked");
		await page.getByRole("button", { name: "Deploy" }).click();
		const go = page.getByRole("dialog").getByRole("button", { name: "Deploy" });
		await expect(page.getByRole("dialog")).toContainText("The flow has no sink");
		await expect(go).toBeDisabled();
		await expect(go).toHaveAccessibleDescription(/The flow has no sink/);
	});

	test("says why it failed and leaves the dialog open", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still&fails");
		await page.getByRole("button", { name: "Deploy" }).click();
		await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).click();
		await expect(page.getByRole("alert")).toHaveText("Starting failed: the table is missing. Version 12 runs on.");
		await expect(page.getByTestId("flow-chip")).toHaveText("Live v12");
	});
});
