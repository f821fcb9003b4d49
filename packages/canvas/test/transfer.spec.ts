import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

const node = (id: string, kind: string, x: number) => ({
	id,
	kind,
	version: 1,
	label: id,
	config: { secret: [1, 2] },
	position: { x, y: 0 },
});
const SAVED = {
	schemaVersion: 1,
	nodes: [node("in", "http-source", 0), node("future", "from-the-future", 384), node("out", "s3-sink", 768)],
	edges: [
		{ id: "e1", from: { node: "in", port: "out" }, to: { node: "future", port: "a" } },
		{ id: "e2", from: { node: "future", port: "b" }, to: { node: "out", port: "in" } },
	],
};

async function handFile(page: Page, text: string): Promise<void> {
	const chooser = page.waitForEvent("filechooser");
	await page.getByRole("button", { name: "Import" }).click();
	await (await chooser).setFiles({ name: "saved.json", mimeType: "application/json", buffer: Buffer.from(text) });
}

test("a saved flow comes in with kinds that nobody knows, goes out the same, and is one step", async ({ page }) => {
	const on = canvas(page);
	await on.open("flow=empty&still");
	await handFile(page, JSON.stringify(SAVED));
	await expect(on.nodes).toHaveCount(3);
	await expect(on.edges).toHaveCount(2);
	await expect(on.node("future")).toContainText("unknown type from-the-future");
	await expect(on.said).toContainText("Imported 3 nodes. This Weir has no type for 1 of them");
	await page.getByRole("button", { name: /problems?$/ }).click();
	await expect(page.locator('.weir-bottom [data-code="kind-missing"]')).toHaveCount(1);
	await on.expectNoAxeViolations();

	const place = await on.emptyPlace();
	await page.mouse.click(place.x, place.y, { button: "right" });
	const download = page.waitForEvent("download");
	await page.getByRole("menuitem", { name: "Export the flow" }).click();
	expect((await download).suggestedFilename()).toBe("cold-store-alerts.json");
	expect(JSON.parse(await readFile(await (await download).path(), "utf8"))).toEqual(SAVED);

	await on.node("in").focus();
	await page.keyboard.press("Control+z");
	await expect(on.nodes).toHaveCount(0);
	await expect(page.getByText("Undid: import a flow").first()).toBeVisible();
});

test("a file that is no flow is told by line and column, and pasted and dropped flows are taken too", async ({ page }) => {
	const on = canvas(page);
	await on.open("flow=empty&still");
	await handFile(page, '{\n  "schemaVersion": 1,\n  "nodes": [,]\n}');
	await expect(page.locator('.weir-toast[data-tone="error"]')).toContainText("line 3, column 13");
	await expect(on.nodes).toHaveCount(0);
	await page.locator(".weir-canvas").focus();
	await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(SAVED));
	await page.keyboard.press("Control+v");
	await expect(on.nodes).toHaveCount(3);

	const files = await page.evaluateHandle((text) => {
		const data = new DataTransfer();
		data.items.add(new File([text], "saved.json", { type: "application/json" }));
		return data;
	}, JSON.stringify(SAVED));
	const canvasElement = page.locator(".weir-canvas");
	await canvasElement.dispatchEvent("dragover", { dataTransfer: files });
	await expect(page.locator(".weir-stage[data-drop]")).toHaveCount(1);
	await canvasElement.dispatchEvent("drop", { dataTransfer: files });
	await expect(on.nodes).toHaveCount(6);
	await expect(on.edges).toHaveCount(4);
	await expect(on.node("future (2)")).toBeVisible();
	await on.search.focus();
	await page.keyboard.press("Control+v");
	await expect(on.nodes).toHaveCount(6);
});
