import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("the inspector", () => {
	test("says what is wrong with a field after it was left, at the field, on the card and in the list", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Tamper detector").click({ position: { x: 60, y: 12 } });
		const threshold = page.getByLabel("Score threshold", { exact: true });
		await threshold.fill("1.4");
		await threshold.blur();
		await expect(threshold).toHaveAttribute("aria-invalid", "true");
		await expect(threshold).toHaveAccessibleDescription(/Must be between 0 and 1/);
		await expect(on.node("Tamper detector").getByRole("img", { name: "1 problem" })).toBeVisible();
		await expect(page.getByRole("button", { name: "1 problem" })).toBeVisible();
		await page.getByRole("tab", { name: /Problems/ }).click();
		await expect(page.locator('.weir-inspector [data-code="field-invalid"]')).toBeVisible();
		await on.expectNoAxeViolations();
	});

	test("suggests what stands in the sink's own connection, where another field says", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Postgres readings").click({ position: { x: 60, y: 12 } });
		const table = page.getByLabel("Table", { exact: true });
		const suggested = () => table.evaluate((input: HTMLInputElement) => Array.from(input.list?.options ?? [], ({ value }) => value));
		await table.focus();
		await expect.poll(suggested).toEqual(["table of postgres in built-in/upsert"]);
	});

	test("marks a changed field and resets it", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Tamper detector").click({ position: { x: 60, y: 12 } });
		const batch = page.getByLabel("Batch size", { exact: true });
		await batch.fill("64");
		await expect(page.locator("[data-field=batchSize] .weir-changed-dot")).toBeVisible();
		await page.getByRole("button", { name: "Reset Batch size to its default" }).click();
		await expect(batch).toHaveValue("32");
		await expect(page.locator("[data-field=batchSize] .weir-changed-dot")).toHaveCount(0);
	});

	test("reads a duration with its unit and refuses one without", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").click({ position: { x: 60, y: 12 } });
		const horizon = page.getByLabel("Remember for", { exact: true });
		await expect(horizon).toHaveValue("10 min");
		await horizon.fill("90 s");
		await horizon.blur();
		await expect(horizon).toHaveValue("90 s");
		await horizon.fill("90");
		await expect(page.getByText("“90” has no unit that is known here.")).toBeVisible();
	});

	test("counts what was changed behind the advanced fold", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").click({ position: { x: 60, y: 12 } });
		await page.getByRole("button", { name: "Advanced" }).click();
		await page.getByRole("switch", { name: "Keep the first" }).click();
		await expect(page.getByRole("button", { name: "Advanced 1 changed" })).toBeVisible();
	});

	test("learns the fields of a source from its last records", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		await page.locator('.weir-palette-row[data-kind="http-source"]').click();
		await page.getByRole("button", { name: "Learn from last records" }).click();
		await expect(page.getByText("Learnt 2 fields from 2 records.")).toBeVisible();
		await expect(page.getByLabel("Name of field 2 of Fields")).toHaveValue("temp");
	});

	test("offers fields while an expression is typed, and underlines the word that is wrong", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").click({ position: { x: 60, y: 12 } });
		const condition = page.getByLabel("Condition", { exact: true });
		await condition.fill("");
		await condition.pressSequentially("te");
		await page.getByRole("option", { name: "temp number" }).waitFor();
		await page.keyboard.press("Enter");
		await expect(condition).toHaveValue("temp");
		await condition.fill("tempp > 20");
		await condition.blur();
		await expect(page.locator("[data-field=condition] .weir-wavy")).toHaveText("tempp");
		await expect(page.locator("[data-field=condition] .weir-field-error")).toContainText("tempp");
	});
	test("explains the function that is offered, and the one around the caret", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").click({ position: { x: 60, y: 12 } });
		const condition = page.getByLabel("Condition", { exact: true });
		await condition.fill("");
		await condition.pressSequentially("roun");
		const help = page.locator("[data-field=condition] .weir-function-help");
		await expect(help).toContainText("round(number [, digits])");
		await page.keyboard.press("Enter");
		await expect(condition).toHaveValue("round(");
		await expect(help).toContainText("Rounds to whole numbers");
		await page.keyboard.press("Escape");
		await expect(help).toBeHidden();
	});

	test("picks several fields as chips", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").click({ position: { x: 60, y: 12 } });
		const keys = page.getByLabel("Same when equal in", { exact: true });
		await keys.fill("temp");
		await expect(page.locator("[data-field=key] .weir-chip")).toHaveText(["device", "seq", "temp"]);
		await page.getByRole("button", { name: "Remove seq from Same when equal in" }).click();
		await expect(page.locator("[data-field=key] .weir-chip")).toHaveText(["device", "temp"]);
	});

	test("tells the type and the last value of a field, and how many topics a filter takes", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("1-min average").click({ position: { x: 60, y: 12 } });
		await expect(page.getByTestId("field-seen")).toHaveText("number · last -18.4");
		await expect(page.locator('[data-field=field] option[value="device"]')).toHaveText("text · last cs-0412");
		await on.node("Cold-store sensors").click({ position: { x: 60, y: 12 } });
		await expect(page.getByTestId("topic-matches")).toHaveText("12 of 40 topics seen in the last 24 hours match.");
		await page.getByLabel("Topic filter", { exact: true }).fill("t1/cs-0412/temp");
		await expect(page.getByTestId("topic-matches")).toHaveText("1 of 40 topics seen in the last 24 hours matches.");
		await on.node("Dedup").focus();
		await page.keyboard.press("t");
		await expect(page.getByTestId("tap-row").first()).toBeVisible();
		await page.getByRole("button", { name: "Close the panel" }).click();
		await on.node("1-min average").click({ position: { x: 60, y: 12 } });
		await expect(page.getByTestId("field-seen")).toHaveText(/^number · last -18(\.\d)?$/);
		await expect(page.locator('[data-field=field] option[value="device"]')).toHaveText("text");
	});

	test("draws lists and pairs item by item", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=many-3&still");
		await on.node("Map 1").click({ position: { x: 60, y: 12 } });
		await page.locator("[data-field=fields]").getByRole("button", { name: "Add" }).click();
		await page.getByLabel("Name", { exact: true }).fill("fahrenheit");
		await page.getByRole("combobox", { name: "Value" }).fill("temp * 1.8 + 32");
		await page.getByRole("button", { name: "Advanced" }).click();
		await page.getByRole("button", { name: "Add a pair" }).click();
		await page.getByLabel("Name 1 of Tags").fill("site");
		await page.getByLabel("Value 1 of Tags").fill("north");
		await on.expectNoAxeViolations();
		await page.reload();
		await on.node("Map 1").click({ position: { x: 60, y: 12 } });
	});

	test("shows a field only while it is of use, but never hides one that something is wrong with", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("C").click({ position: { x: 60, y: 12 } });
		const mode = page.getByLabel("Mode", { exact: true });
		const key = page.getByLabel("Key", { exact: true });
		await expect(key).toHaveCount(0);
		await mode.focus();
		await page.keyboard.press("u");
		await expect(mode).toHaveValue("upsert");
		await expect(mode).toBeFocused();
		await page.keyboard.press("Tab");
		await expect(key).toBeFocused();
		for (const field of ["device", "seq"]) await key.fill(field);
		await mode.selectOption("append");
		await expect(key).toHaveCount(0);
		await mode.selectOption("upsert");
		await expect(page.locator("[data-field=keyColumns] .weir-chip")).toHaveText(["device", "seq"]);
		await key.fill("temp");
		await mode.selectOption("append");
		await expect(page.locator("[data-field=keyColumns] .weir-field-error")).toContainText("Choose two at most");
		await on.expectNoAxeViolations();
	});

	test("gets wider by key, and stays so", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const edge = page.getByRole("separator", { name: "Width of the inspector" });
		await edge.focus();
		await page.keyboard.press("ArrowLeft");
		await expect(edge).toHaveAttribute("aria-valuenow", "356");
		await page.reload();
		await expect(page.locator(".weir-inspector")).toHaveCSS("width", "356px");
	});

	test("opens every kind of the catalogue without a fault", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		const kinds = await page
			.locator(".weir-palette-section .weir-palette-row")
			.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-kind")));
		for (const kind of new Set(kinds)) {
			await page.locator(`.weir-palette-row[data-kind="${kind}"]`).last().click();
			await expect(page.getByRole("tab", { name: "Configure" })).toBeVisible();
		}
		await on.expectNoAxeViolations();
		for (const tab of ["Data", "Metrics", "Problems"]) {
			await page.getByRole("tab", { name: tab }).click();
			await expect(page.getByRole("tabpanel")).not.toBeEmpty();
		}
	});
});

test.describe("problems", () => {
	test("lead to the field they are about", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await page.getByRole("button", { name: /problems$/ }).click();
		await page.locator('.weir-bottom [data-code="field-required"] .weir-problem').click();
		await expect(page.getByLabel("Condition", { exact: true })).toBeFocused();
		await expect(page.locator(".weir-field-error")).toContainText("Write a condition");
	});

	test("are put right by their button", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		await page.locator('.weir-palette-row[data-kind="http-source"]').click();
		await page.getByRole("button", { name: /problems$/ }).click();
		await page.locator('.weir-bottom [data-code="no-sink"]').getByRole("button", { name: "Add a sink" }).click();
		await page.getByRole("option", { name: /S3/ }).click();
		await expect(page.locator('.weir-bottom [data-code="no-sink"]')).toHaveCount(0);
		await expect(on.nodes).toHaveCount(2);
	});

	test("appear within 150 ms of the edit that makes them", async ({ page }) => {
		const on = canvas(page);
		await page.clock.install();
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.clock.pauseAt(new Date(Date.now() + 3_600_000));
		await page.keyboard.press("Control+Delete");
		await page.clock.runFor(150);
		await expect(page.getByRole("button", { name: "2 problems" })).toBeVisible();
	});
});
