import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("drawing an edge with the mouse", () => {
	test("makes it when the ports fit, and keeps its schema", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("src", "out", "out"), on.port("win", "in", "in"));
		await expect(on.edges).toHaveCount(1);
		await expect(on.edges.locator("[data-edge-schema]")).toHaveAttribute("data-edge-schema", "device,seq,temp");
	});

	test("says before the drop why a port refuses, and draws nothing", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("txt", "out", "out"), on.port("win", "in", "in"), { hold: true });
		await expect(page.getByTestId("refusal")).toHaveText("Window expects a numeric field temp; what arrives has none.");
		await expect(page.locator('.weir-dragged-line[data-status="invalid"]')).toBeVisible();
		await expect(page.locator('.react-flow__node[data-id="win"] .weir-card')).toHaveAttribute("data-dimmed", "true");
		await page.mouse.up();
		await expect(on.edges).toHaveCount(0);
	});

	test("refuses a loop", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("win", "out", "out"), on.port("fil", "in", "in"));
		await expect(on.edges).toHaveCount(1);
		await on.drag(on.port("fil", "out", "out"), on.port("win", "in", "in"), { hold: true });
		await expect(page.getByTestId("refusal")).toContainText("loop");
		await page.mouse.up();
		await expect(on.edges).toHaveCount(1);
	});

	test("rings the ports that take it", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("src", "out", "out"), await on.emptyPlace(), { hold: true });
		await expect(on.port("win", "in", "in")).toHaveAttribute("data-can", "true");
		await expect(on.port("sink", "in", "in")).toHaveAttribute("data-can", "true");
		await page.mouse.up();
	});

	test("shows a port's name, fields and edges under the pointer", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.port("a", "out", "out").hover();
		const tip = page.getByRole("tooltip");
		await expect(tip).toContainText("Output out");
		await expect(tip).toContainText("temp number");
		await expect(tip).toContainText("1 edge");
	});
});

test.describe("drawing an edge without dragging", () => {
	test("goes from port to port with Enter", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.node("Numbers").focus();
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		await expect(on.port("src", "out", "out")).toBeFocused();
		await page.keyboard.press("Enter");
		await expect(page.getByText("Choose an input for Numbers — Esc to cancel")).toBeVisible();
		await expect(on.port("win", "in", "in")).toBeFocused();
		await page.keyboard.press("Enter");
		await expect(on.edges).toHaveCount(1);
		await expect(on.node("Average")).toBeFocused();
	});

	test("clicks one port, then the other", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.port("src", "out", "out").click();
		await on.port("fil", "in", "in").click();
		await expect(on.edges).toHaveCount(1);
	});

	test("offers the inputs that fit with C, to be typed for", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.node("Texts").focus();
		await page.keyboard.press("c");
		await expect(page.getByRole("combobox", { name: "Connect Texts to" })).toBeFocused();
		await expect(page.getByRole("option", { name: /Average/ })).toHaveCount(0);
		await page.keyboard.type("kee");
		await page.keyboard.press("Enter");
		await expect(on.edges).toHaveCount(1);
		await expect(on.node("Texts")).toBeFocused();
	});

	test("Escape leaves no edge and puts the focus back", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.node("Numbers").focus();
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await page.keyboard.press("Escape");
		await expect(page.locator(".weir-connect-banner")).toHaveCount(0);
		await expect(on.edges).toHaveCount(0);
		await expect(on.node("Numbers")).toBeFocused();
	});
});

test.describe("adding a node at the end of an edge", () => {
	test("offers only kinds with an input, and undo takes node and edge back at once", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("src", "out", "out"), await on.emptyPlace());
		const list = page.getByRole("listbox", { name: "Add a node after Numbers" });
		await expect(list).toBeVisible();
		await expect(list.getByRole("option", { name: /MQTT|HTTP|Kafka/ })).toHaveCount(0);
		await page.keyboard.type("map");
		await page.keyboard.press("Enter");
		await expect(on.nodes).toHaveCount(6);
		await expect(on.edges).toHaveCount(1);
		await page.keyboard.press("Control+z");
		await expect(on.nodes).toHaveCount(5);
		await expect(on.edges).toHaveCount(0);
	});

	test("Escape adds nothing", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.drag(on.port("src", "out", "out"), await on.emptyPlace());
		await page.keyboard.press("Escape");
		await expect(page.getByTestId("quick-add")).toHaveCount(0);
		await expect(page.locator(".react-flow__connection")).toHaveCount(0);
		await expect(on.nodes).toHaveCount(5);
	});

	test("opens the same list from the plus of a free output", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=loose&still");
		await on.node("Numbers").hover();
		await page.getByRole("button", { name: "Add a node after Numbers, output out" }).click();
		await page.getByRole("option", { name: /Postgres/ }).click();
		await expect(on.nodes).toHaveCount(6);
		await expect(on.edges).toHaveCount(1);
	});
});
