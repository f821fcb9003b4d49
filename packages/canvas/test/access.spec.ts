import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("an empty flow", () => {
	test("starts from a template that runs with simulated data", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		await on.expectNoAxeViolations();
		await page.getByRole("button", { name: "Start from a template" }).click();
		await on.expectNoAxeViolations();
		await page.locator('[data-template="chain"]').getByRole("button", { name: "Try with simulated data" }).click();
		await expect(on.nodes).toHaveCount(3);
		expect(await page.evaluate(() => window.harness.tried)).toEqual(["chain"]);
		await on.node("A").focus();
		await page.keyboard.press("Control+z");
		await expect(on.nodes).toHaveCount(0);
	});

	test("offers a source", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		await page.getByRole("button", { name: "Add a source" }).click();
		await page.getByRole("option", { name: /MQTT/ }).click();
		await expect(on.nodes).toHaveCount(1);
		await expect(page.getByText("Start your flow")).toHaveCount(0);
	});
});

for (const mode of ["light", "dark"] as const) {
	test.describe(`in ${mode}`, () => {
		test("follows the system and has no fault that axe can find", async ({ page }) => {
			// Three looks of axe at a full editor take their time on a busy machine.
			test.slow();
			await page.emulateMedia({ colorScheme: mode });
			const on = canvas(page);
			await on.open("steady");
			await expect(page.locator("html")).toHaveAttribute("data-mode", mode);
			await expect(page.locator(".weir-pill").first()).toBeVisible();
			await on.expectNoAxeViolations();
			await on.node("S3 quarantine").click({ position: { x: 60, y: 12 } });
			await page.keyboard.press("t");
			await expect(page.getByTestId("tap-row").first()).toBeVisible();
			await on.expectNoAxeViolations();
			await on.search.fill("a");
			await on.expectNoAxeViolations();
		});

		test("shows the read-only live view without a fault", async ({ page }) => {
			await page.emulateMedia({ colorScheme: mode });
			const on = canvas(page);
			await on.open("view&steady");
			await expect(page.locator(".weir-pill").first()).toBeVisible();
			await on.expectNoAxeViolations();
		});
	});
}

test.describe("by keyboard alone", () => {
	test("the canvas is one stop for Tab, and arrows walk along edges", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await expect(page.locator('.react-flow__node[tabindex="0"]')).toHaveCount(1);
		await on.node("Cold-store sensors").focus();
		await page.keyboard.press("ArrowRight");
		await expect(on.node("Dedup")).toBeFocused();
		await page.keyboard.press("ArrowRight");
		await expect(on.node("Tamper detector")).toBeFocused();
		await page.keyboard.press("ArrowUp");
		await expect(on.node("1-min average")).toBeFocused();
		await page.keyboard.press("ArrowDown");
		await expect(on.node("Tamper detector")).toBeFocused();
		await page.keyboard.press("End");
		await expect(on.node("S3 quarantine")).toBeFocused();
		await page.keyboard.press("Home");
		await expect(on.node("Cold-store sensors")).toBeFocused();
		await expect(page.locator(".react-flow__edge[tabindex]")).toHaveCount(0);
	});

	test("ports are reached only after Enter, and Escape climbs out again", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await expect(on.port("dedup", "in", "in")).toHaveAttribute("tabindex", "-1");
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		await expect(on.port("dedup", "in", "in")).toBeFocused();
		await page.keyboard.press("Escape");
		await expect(on.node("Dedup")).toBeFocused();
		await expect(on.port("dedup", "in", "in")).toHaveAttribute("tabindex", "-1");
	});

	test("a node says what it is, where, and what it is tied to", async ({ page }) => {
		const on = canvas(page);
		await on.open("steady");
		await expect(on.node("Tamper detector")).toHaveAccessibleName(
			"Tamper detector, ML node, 5 of 8, 1 input from Dedup, 1 output to Route by score",
		);
		await expect(on.node("Tamper detector")).toHaveAccessibleDescription(/3,120 records per second in, 2,400 out/);
	});

	test("builds, sets up and deploys source, filter and sink", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=empty&still");
		const expectFocusInside = async () => expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
		await page.locator(".weir-canvas").focus();
		for (const word of ["http", "filter", "postgres"]) {
			await page.keyboard.press("/");
			await page.keyboard.type(word);
			await page.keyboard.press("Enter");
			await expectFocusInside();
			await page.keyboard.press("Escape");
			await page.keyboard.press("Escape");
			await expectFocusInside();
		}
		await expect(on.nodes).toHaveCount(3);
		await expect(on.edges).toHaveCount(2);
		await on.node("Filter").focus();
		await page.keyboard.press("Enter");
		await page.locator("#weir-inspector").focus();
		while (!(await page.getByLabel("Condition", { exact: true }).evaluate((field) => field === document.activeElement)))
			await page.keyboard.press("Tab");
		await page.keyboard.type("1 = 1");
		await page.keyboard.press("Control+Shift+d");
		await expect(page.getByRole("dialog", { name: "Deploy" })).toBeVisible();
		const deploy = page.getByRole("dialog").getByRole("button", { name: "Deploy" });
		await expect(deploy).toBeEnabled();
		await deploy.focus();
		await page.keyboard.press("Enter");
		await expect(page.getByRole("dialog")).toHaveCount(0, { timeout: 5_000 });
		await expect.poll(() => page.evaluate(() => window.harness.deployed.length)).toBe(1);
	});

	test("announces moves, connections and deletions in words", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still");
		await on.node("B").focus();
		await page.keyboard.press("Alt+ArrowDown");
		await expect(on.said).toHaveText("Moved B down.");
		await page.keyboard.press("Delete");
		await expect(on.said).toHaveText("Deleted B");
	});

	test("everything that can be pressed is at least 24 pixels", async ({ page }) => {
		const on = canvas(page);
		await on.open("steady");
		await on.node("Tamper detector").focus();
		await page.keyboard.press("0");
		await on.node("Tamper detector").click({ position: { x: 60, y: 12 } });
		await page.keyboard.press("t");
		await expect(page.getByTestId("tap-row").first()).toBeVisible();
		const small = await page.evaluate(() =>
			[...document.querySelectorAll<HTMLElement>(".weir-editor :is(button, input, select, textarea, [role=button])")]
				.filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.closest(".weir-skips") === null)
				.filter((one) => {
					const { width, height } = one.getBoundingClientRect();
					const more = getComputedStyle(one, "::after");
					const reach =
						more.content === "none" || more.position !== "absolute"
							? 0
							: -2 * Math.min(Number.parseFloat(more.top), Number.parseFloat(more.left));
					return Math.min(width, height) + Math.max(0, reach) < 23.5;
				})
				.map((one) => `${one.className} ${one.getAttribute("aria-label") ?? one.textContent}`),
		);
		expect(small).toEqual([]);
	});
});

test.describe("a viewer", () => {
	test("may look and select, and no key or mouse changes anything", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&still&role=viewer");
		await expect(page.getByText("You can look at this flow but not change it.")).toBeVisible();
		await expect(page.getByRole("button", { name: "Deploy" })).toHaveCount(0);
		await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
		const before = await on.positionOf("b");
		await on.node("B").focus();
		for (const keys of [
			"Delete",
			"Backspace",
			"Control+Delete",
			"c",
			"Alt+ArrowRight",
			"Alt+Shift+ArrowDown",
			"Control+z",
			"Control+Shift+z",
			"Control+y",
			"Control+s",
			"Control+Shift+d",
		]) {
			await page.keyboard.press(keys);
		}
		await on.drag(on.node("B"), await on.emptyPlace());
		await expect(on.nodes).toHaveCount(3);
		await expect(on.edges).toHaveCount(2);
		expect(await on.positionOf("b")).toEqual(before);
		await expect(page.getByRole("dialog")).toHaveCount(0);
		await expect(page.getByRole("listbox")).toHaveCount(0);
		await on.node("B").click({ position: { x: 60, y: 12 } });
		await expect(page.getByLabel("Condition", { exact: true })).toBeDisabled();
		await expect(on.search).toBeDisabled();
		expect(await page.evaluate(() => window.harness.saves)).toBe(0);
		await on.expectNoAxeViolations();
	});
});
