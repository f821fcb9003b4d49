import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("selecting", () => {
	test("a band over half a card selects it", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const box = await on.node("B").boundingBox();
		if (box === null) throw new Error("B is not drawn.");
		await page.mouse.move(box.x - 30, box.y - 60);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
		await page.mouse.up();
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(1);
		await expect(on.node("B")).toHaveClass(/selected/);
	});

	test("Shift and the right arrow take in everything downstream", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await page.keyboard.press("Shift+ArrowRight");
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(6);
	});

	test("the menu of a node, and a key, select the whole path", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		const selected = page.locator(".react-flow__node.selected");
		await on.node("1-min average").click({ button: "right", position: { x: 60, y: 12 } });
		const menu = page.getByRole("menu", { name: "Node" });
		await expect(menu.getByRole("menuitem", { name: "Select path" })).toBeFocused();
		await on.expectNoAxeViolations();
		await page.keyboard.press("Enter");
		await expect(selected).toHaveCount(5);
		await expect(menu).toHaveCount(0);
		await page.keyboard.press("Escape");
		await on.node("S3 quarantine").focus();
		await page.keyboard.press("Alt+p");
		await expect(selected).toHaveCount(6);
		await expect(on.said).toHaveText("Selected 6 nodes.");
	});

	test("whoever wants it drags the canvas to pan, also next time", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await page.getByRole("button", { name: /^Zoom, / }).click();
		await page.getByRole("menuitemcheckbox", { name: "Dragging the canvas pans" }).click();
		await page.reload();
		await expect(on.node("B")).toBeVisible();
		const viewport = page.locator(".react-flow__viewport");
		const before = await viewport.getAttribute("style");
		const box = await on.node("B").boundingBox();
		if (box === null) throw new Error("B is not drawn.");
		await page.mouse.move(box.x - 30, box.y - 60);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
		await page.mouse.up();
		expect(await viewport.getAttribute("style")).not.toBe(before);
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(0);
		await page.getByRole("button", { name: /^Zoom, / }).click();
		await expect(page.getByRole("menuitemcheckbox", { name: "Dragging the canvas pans" })).toHaveAttribute("aria-checked", "true");
		await on.expectNoAxeViolations();
	});

	test("Space and a drag move the view and leave the selection", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").click({ position: { x: 60, y: 12 } });
		const viewport = page.locator(".react-flow__viewport");
		const before = await viewport.getAttribute("style");
		const place = await on.emptyPlace();
		await page.mouse.move(place.x, place.y);
		await page.keyboard.down("Space");
		await page.mouse.down();
		await page.mouse.move(place.x + 120, place.y - 40, { steps: 4 });
		await page.mouse.up();
		await page.keyboard.up("Space");
		expect(await viewport.getAttribute("style")).not.toBe(before);
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(1);
	});

	test("all with Mod+A, none with Escape", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("A").focus();
		await page.keyboard.press("Control+a");
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(3);
		await page.keyboard.press("Escape");
		await expect(page.locator(".react-flow__node.selected")).toHaveCount(0);
	});
});

test.describe("deleting", () => {
	test("closes the gap, moves the focus upstream, and undo brings everything back", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Delete");
		await expect(on.nodes).toHaveCount(2);
		await expect(page.getByLabel("Edge from A to C")).toHaveCount(1);
		await expect(on.node("A")).toBeFocused();
		await expect(page.getByText("Deleted B").first()).toBeVisible();
		await page.keyboard.press("Control+z");
		await expect(on.nodes).toHaveCount(3);
		await expect(on.edges).toHaveCount(2);
		await on.node("B").click({ position: { x: 60, y: 12 } });
		await expect(page.getByLabel("Condition", { exact: true })).toHaveValue("temp > 1");
	});

	test("leaves the gap with Mod+Delete", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Control+Delete");
		await expect(on.nodes).toHaveCount(2);
		await expect(on.edges).toHaveCount(0);
	});

	test("offers to undo in the toast", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("C").focus();
		await page.keyboard.press("Backspace");
		await expect(on.nodes).toHaveCount(2);
		await page.locator(".weir-toast").getByRole("button", { name: "Undo" }).click();
		await expect(on.nodes).toHaveCount(3);
	});
});

test.describe("deleting much", () => {
	test("asks first when more than five nodes go", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await page.keyboard.press("Control+a");
		await page.keyboard.press("Delete");
		const dialog = page.getByRole("dialog", { name: "Delete 8 nodes?" });
		await expect(dialog).toBeVisible();
		await on.expectNoAxeViolations();
		await dialog.getByRole("button", { name: "Keep them" }).click();
		await expect(on.nodes).toHaveCount(8);
		await page.keyboard.press("Delete");
		await dialog.getByRole("button", { name: "Delete" }).click();
		await expect(on.nodes).toHaveCount(0);
	});

	test("says which running state is lost", async ({ page }) => {
		const on = canvas(page);
		await on.open("steady");
		await expect(page.locator(".weir-pill").first()).toBeVisible();
		await on.node("Dedup").focus();
		await page.keyboard.press("Delete");
		await expect(page.getByRole("dialog")).toContainText("its state is lost with the next deploy");
	});
});

test.describe("undo", () => {
	test("takes a drag through forty places back to the exact start", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const before = await on.positionOf("b");
		const box = await on.node("B").boundingBox();
		if (box === null) throw new Error("B is not drawn.");
		await page.mouse.move(box.x + 80, box.y + 12);
		await page.mouse.down();
		for (let i = 1; i <= 40; i++) await page.mouse.move(box.x + 80 + i * 4, box.y + 12 + i * 3);
		await page.mouse.up();
		expect(await on.positionOf("b")).not.toEqual(before);
		await page.keyboard.press("Control+z");
		await expect.poll(() => on.positionOf("b")).toEqual(before);
		await expect(page.getByText("Undid: move B").first()).toBeVisible();
		await page.keyboard.press("Control+Shift+z");
		await expect.poll(() => on.positionOf("b")).not.toEqual(before);
	});

	test("takes ten typed letters back as one step", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("C").click({ position: { x: 60, y: 12 } });
		const table = page.getByLabel("Table", { exact: true });
		await table.fill("");
		await table.blur();
		await table.pressSequentially("abcdefghij");
		await table.blur();
		await on.node("C").focus();
		await page.keyboard.press("Control+z");
		await expect(table).toHaveValue("");
		await page.keyboard.press("Control+z");
		await expect(table).toHaveValue("readings");
	});

	test("belongs to the browser inside a text field", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Alt+ArrowRight");
		await on.search.focus();
		await page.keyboard.press("Control+z");
		await expect(page.getByText(/^Undid/)).toHaveCount(0);
	});

	test("is off while a dialog is open", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Alt+ArrowRight");
		await page.getByRole("button", { name: "Deploy" }).click();
		await page.keyboard.press("Control+z");
		await expect(page.getByText(/^Undid/)).toHaveCount(0);
	});

	test("survives the autosave", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		const before = await on.positionOf("b");
		await on.node("B").focus();
		await page.keyboard.press("Alt+ArrowRight");
		await expect(on.saved).toHaveAttribute("data-save-state", "saved", { timeout: 10_000 });
		await page.keyboard.press("Control+z");
		await expect.poll(() => on.positionOf("b")).toEqual(before);
	});
});

test.describe("the view", () => {
	test("1 fits the flow, and a button leads back when nothing is in view", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await page.keyboard.press("1");
		const pane = await page.locator(".weir-canvas").boundingBox();
		for (const card of await on.nodes.all()) {
			const box = await card.boundingBox();
			expect(box !== null && pane !== null && box.x >= pane.x && box.x + box.width <= pane.x + pane.width).toBe(true);
		}
		await page.mouse.move(700, 500);
		await page.mouse.wheel(4_000, 4_000);
		await page.getByRole("button", { name: "Back to content" }).click();
		await expect(on.node("Dedup")).toBeInViewport();
		await expect(page.getByRole("button", { name: "Back to content" })).toHaveCount(0);
	});

	test("M hides the minimap, and a small flow has none", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await expect(page.locator(".react-flow__minimap")).toBeVisible();
		await on.node("Dedup").focus();
		await page.keyboard.press("m");
		await expect(page.locator(".react-flow__minimap")).toHaveCount(0);
		await on.open("flow=chain&still");
		await expect(page.locator(".react-flow__minimap")).toHaveCount(0);
	});

	test("0 is 100 percent and the menu names the zoom", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await page.keyboard.press("0");
		await expect(page.getByRole("button", { name: "Zoom, 100 %" })).toBeVisible();
		await page.keyboard.press("-");
		await expect(page.getByRole("button", { name: "Zoom, 80 %" })).toBeVisible();
	});
});
