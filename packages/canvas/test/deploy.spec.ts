import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test("after a deploy the version before is offered for ten minutes, and drawn again as one step", async ({ page }) => {
	const on = canvas(page);
	await page.clock.install();
	await on.open("still");
	await page.getByRole("button", { name: "Deploy" }).click();
	const dialog = page.getByRole("dialog", { name: "Deploy" });
	const columns = await dialog
		.locator(".weir-states li > :nth-child(2)")
		.evaluateAll((notes) => notes.map((note) => note.getBoundingClientRect().left));
	expect(columns).toHaveLength(3);
	expect(new Set(columns).size).toBe(1);
	await expect(page.getByRole("button", { name: "Roll back" })).toHaveCount(0);
	await dialog.getByRole("button", { name: "Deploy" }).click();
	await page.clock.runFor(2_000);
	await expect(page.getByText("Live v13")).toBeVisible();
	await page.getByRole("button", { name: "Roll back" }).click();
	await expect(on.nodes).toHaveCount(3);
	await expect(dialog.getByLabel("Note")).toHaveValue("Roll back to version 12");
	await dialog.getByRole("button", { name: "Cancel" }).click();
	await on.node("A").focus();
	await page.keyboard.press("Control+z");
	await expect(on.nodes).toHaveCount(8);
	await page.clock.runFor(600_000);
	await expect(page.getByRole("button", { name: "Roll back" })).toHaveCount(0);
});
