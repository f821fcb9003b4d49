import { expect, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("live numbers", () => {
	test("show a hundred records a second within three seconds", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&rate=100&steady");
		const rate = on.edge("a-b").locator("[data-rate]");
		await expect.poll(async () => Number(await rate.getAttribute("data-rate")), { timeout: 3_000 }).toBeGreaterThan(90);
		expect(Number(await rate.getAttribute("data-rate"))).toBeLessThan(110);
		await expect(on.node("B")).toContainText("in 100/s");
	});

	test("tell pressure by colour, dashes, bar and figure at 60 and 85 percent", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&rate=100&steady");
		for (const [fill, pressure] of [
			[0.59, "none"],
			[0.61, "warn"],
			[0.86, "full"],
		] as const) {
			await page.evaluate((value) => {
				window.harness.feed.edges["a-b"] = { perSecond: 100, fill: value };
			}, fill);
			await expect(on.edge("a-b").locator("[data-pressure]")).toHaveAttribute("data-pressure", pressure);
			if (pressure !== "none") await expect(page.locator(".weir-pill").first()).toContainText(`${Math.round(fill * 100)}%`);
		}
		await expect(page.locator(".weir-pill-bar").first()).toBeVisible();
		const dashes = await on
			.edge("a-b")
			.locator(".weir-line-path")
			.evaluate((path) => getComputedStyle(path).strokeDasharray);
		expect(dashes).not.toBe("none");
	});

	test("tell what a node holds in memory, and by colour and words when that comes near the bound", async ({ page }) => {
		const on = canvas(page);
		await on.open("steady");
		await expect(on.node("Dedup").getByTestId("held")).toHaveText("412 MB");
		await expect(on.node("Dedup").getByTestId("held")).toHaveAttribute("data-fill", "warn");
		await expect(on.node("1-min average").getByTestId("held")).not.toHaveAttribute("data-fill");
		await expect(on.node("Route by score").getByTestId("held")).toHaveCount(0);
		await expect(on.node("Dedup")).toHaveAccessibleDescription(/holds 412 MB, 3.66 MB more a minute; all states fill 64 %/);
		const over = await page
			.locator(".weir-card-foot")
			.evaluateAll((feet) => feet.filter((foot) => foot.scrollWidth > foot.clientWidth).length);
		expect(over).toBe(0);
	});

	test("go stale within five seconds when the stream stops", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&rate=100");
		await page.evaluate(() => {
			window.harness.feed.stopped = true;
		});
		await expect(page.getByTestId("stale")).toBeVisible({ timeout: 5_000 });
		await expect(page.getByTestId("stale")).toHaveText(/stale \d+ s/);
		await expect(on.node("B").locator(".weir-card-foot")).toHaveAttribute("data-stale", "true");
	});

	test("stand still while paused", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&rate=100&steady");
		await expect(page.locator(".weir-pill").first()).toContainText("100/s");
		await page.getByRole("button", { name: "Pause the live numbers" }).click();
		await page.evaluate(() => {
			window.harness.feed.edges["a-b"] = { perSecond: 7_777 };
		});
		await page.waitForFunction(() => performance.now() > 0);
		await page.evaluate(() => new Promise((done) => setTimeout(done, 1_500)));
		await expect(page.locator(".weir-pill").first()).toContainText("100/s");
		await page.getByRole("button", { name: "Pause the live numbers" }).click();
		await expect(page.locator(".weir-pill").first()).toContainText("7.8k/s");
	});
});

test.describe("motion", () => {
	test("is none when the person asks for less", async ({ page }) => {
		await page.emulateMedia({ reducedMotion: "reduce" });
		const on = canvas(page);
		await on.open("rate=100");
		await expect(page.locator(".weir-pill").first()).toBeVisible();
		await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
	});

	test("runs on at most twenty of a hundred edges", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=many-101&rate=100");
		await on.node("Source").focus();
		await page.keyboard.press("0");
		await expect.poll(() => page.locator(".weir-line-motion").count()).toBeGreaterThan(0);
		expect(await page.locator(".weir-line-motion").count()).toBeLessThanOrEqual(20);
	});

	test("stops while paused", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=chain&rate=100");
		await expect.poll(() => page.locator(".weir-line-motion").count()).toBeGreaterThan(0);
		await page.getByRole("button", { name: "Pause the live numbers" }).click();
		await expect(page.locator(".weir-line-motion")).toHaveCount(0);
	});
});

test.describe("looking at records", () => {
	test("shows a sample, honestly, and ends its subscription with the panel", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Tamper detector").focus();
		await page.keyboard.press("t");
		await expect(page.getByTestId("tap-row").first()).toBeVisible();
		await expect(page.getByTestId("sampling")).toHaveText("Sampling 1 in 50");
		const before = await page.getByTestId("tap-row").count();
		expect(before).toBeLessThanOrEqual(40);
		expect(await page.evaluate(() => window.harness.taps)).toBe(1);
		await on.expectNoAxeViolations();
		await page.getByRole("button", { name: "Close the panel" }).click();
		expect(await page.evaluate(() => window.harness.taps)).toBe(0);
	});

	test("holds the rows still, filters them, and puts before and after side by side", async ({ page }) => {
		const on = canvas(page);
		await on.open("still");
		await on.node("Dedup").focus();
		await page.keyboard.press("t");
		await expect(page.getByRole("region", { name: "Records before" })).toBeVisible();
		await expect(page.getByRole("region", { name: "Records after" })).toBeVisible();
		await expect(page.getByRole("link", { name: "Find in dead letters" })).toHaveAttribute("href", "#dead-letters-dedup");
		await page.getByRole("button", { name: "Pause", exact: true }).click();
		const first = await page.getByTestId("tap-row").first().textContent();
		await page.evaluate(() => new Promise((done) => setTimeout(done, 1_300)));
		expect(await page.getByTestId("tap-row").first().textContent()).toBe(first);
		for (const shape of ["raw", "json", "table", "changes"]) {
			await page.getByLabel("Show as").selectOption(shape);
			const heights = await page.getByTestId("tap-row").evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
			expect([shape, Math.max(...heights) < 32]).toEqual([shape, true]);
		}
		await page.getByRole("button", { name: "The whole record" }).first().click();
		await expect(page.locator(".weir-tap-whole")).toContainText(/"temp": -18/);
		await on.expectNoAxeViolations();
		await page.getByRole("button", { name: "Copy the record" }).first().click();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^\{"temp":-18/);
		await page.getByLabel("Filter records").fill("no such thing");
		await expect(page.getByText("No record matches the filter.")).toBeVisible();
	});

	test("opens from the figure on an edge", async ({ page }) => {
		const on = canvas(page);
		await on.open("steady");
		await page.getByRole("button", { name: /^52\/s/ }).click();
		await expect(page.getByTestId("tap-target")).toHaveText("1-min average → Postgres readings");
	});

	test("shows counts but no payload to somebody without the right", async ({ page }) => {
		const on = canvas(page);
		await on.open("still&data=no");
		await on.node("Tamper detector").focus();
		await page.keyboard.press("t");
		await expect(page.getByTestId("no-payloads")).toContainText("No access to payloads");
		await expect(page.getByTestId("no-payloads")).toContainText("1,000 records");
		await expect(page.getByTestId("tap-row")).toHaveCount(0);
	});
});
