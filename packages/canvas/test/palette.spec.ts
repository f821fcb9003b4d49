import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("the palette", () => {
	test("finds a kind by part of another word, best match first, and Enter adds it", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		await on.open("flow=chain&still");
		await on.node("A").focus();
		await page.keyboard.press("/");
		await expect(on.search).toBeFocused();
		await page.keyboard.type("dupl");
		await expect(page.getByRole("option").first()).toContainText("Dedup");
		await page.keyboard.press("Enter");
		await expect(on.node("Dedup")).toBeVisible();
	});

	test("is a strip of icons where there is little room, and opens over the canvas for whoever looks into it", async ({ page }) => {
		const on = canvas(page);
		await page.setViewportSize({ width: 800, height: 700 });
		await on.open("flow=chain&still");
		const palette = page.getByRole("navigation", { name: "Palette" });
		const width = () => palette.evaluate((element) => element.getBoundingClientRect().width);
		expect(await width()).toBe(60);
		await on.search.focus();
		expect(await width()).toBe(248);
		await on.search.fill("filter");
		await expect(page.getByRole("option").first()).toContainText("Filter");
	});

	test("Escape clears the search, then leaves the box", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.search.fill("fil");
		await page.keyboard.press("Escape");
		await expect(on.search).toHaveValue("");
		await page.keyboard.press("Escape");
		await expect(on.search).not.toBeFocused();
	});

	test("marks the part that was found and walks the rows with the arrow keys", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.search.fill("ma");
		await expect(page.getByRole("option").first().locator("mark")).toHaveText("Ma");
		await on.search.fill("");
		await on.search.press("ArrowDown");
		await expect(page.locator(".weir-palette-row").first()).toBeFocused();
		await page.keyboard.press("ArrowDown");
		await expect(page.locator(".weir-palette-row").nth(1)).toBeFocused();
	});

	test("keeps a section closed after a reload", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await page.getByRole("button", { name: "Transform" }).click();
		await expect(page.locator('.weir-palette-row[data-kind="filter"]')).toHaveCount(0);
		await page.reload();
		await expect(page.getByRole("button", { name: "Transform" })).toHaveAttribute("aria-expanded", "false");
		await expect(page.locator('.weir-palette-row[data-kind="filter"]')).toHaveCount(0);
	});

	test("says what a kind needs before it is added", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await expect(page.locator('.weir-palette-row[data-kind="kafka-source"]')).toContainText("needs a connection to Kafka");
		await expect(page.locator('.weir-palette-row[data-kind="onnx"]')).toContainText("experimental");
		await on.expectNoAxeViolations();
	});
});

test.describe("adding a node", () => {
	test("connects it to the one selected node, and leaves it alone when nothing is selected", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.node("Numbers").click({ position: { x: 60, y: 12 } });
		await page.locator('.weir-palette-row[data-kind="filter"]').click();
		await expect(on.nodes).toHaveCount(6);
		await expect(on.edges).toHaveCount(1);
		await on.node("Filter").focus();
		await page.keyboard.press("Escape");
		await page.locator('.weir-palette-row[data-kind="filter"]').last().click();
		await expect(on.nodes).toHaveCount(7);
		await expect(on.edges).toHaveCount(1);
	});

	test("never covers another card", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		for (let i = 0; i < 3; i++) {
			await page.locator('.weir-palette-row[data-kind="mqtt-source"]').last().click();
			await on.node(i === 0 ? "MQTT" : `MQTT (${i + 1})`).focus();
			await page.keyboard.press("Escape");
		}
		const places = await on.nodes.evaluateAll((all) => all.map((one) => Math.round(new DOMMatrix(getComputedStyle(one).transform).m42)));
		expect(new Set(places).size).toBe(3);
	});

	test("drops it where the pointer lets go, on the grid", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await page.getByRole("button", { name: /^Zoom, / }).click();
		await page.getByRole("menuitem", { name: "100 %" }).click();
		const place = await on.emptyPlace();
		await on.drag(page.locator('.weir-palette-row[data-kind="route"]'), place);
		const box = await on.node("Route").boundingBox();
		expect(Math.abs((box?.x ?? 0) - place.x)).toBeLessThanOrEqual(16);
		expect(Math.abs((box?.y ?? 0) - place.y)).toBeLessThanOrEqual(16);
	});
});
