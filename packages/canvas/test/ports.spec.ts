import { expect, type Locator, test } from "@playwright/test";
import { canvas } from "./canvas.ts";

test.describe("outputs that follow the settings", () => {
	test("come with a new entry, can be drawn from, and take their edges along when renamed", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=ways&still");
		await expect(on.port("sw", "out", "cold")).toBeVisible();
		await on.node("Switch").click();
		await page.getByRole("button", { name: "Add to ways" }).click();
		await expect(on.port("sw", "out", "way-3")).toBeVisible();
		// The drawing moves out of the inspector's way; a hover waits until it stands.
		const leftOf = async (place: Locator) => (await place.boundingBox())?.x ?? 0;
		const isFree = async () => (await leftOf(on.port("file", "in", "in"))) < (await leftOf(page.locator(".weir-inspector"))) - 200;
		await expect.poll(isFree).toBe(true);
		await on.port("file", "in", "in").hover();
		await on.drag(on.port("sw", "out", "way-3"), on.port("file", "in", "in"));
		await expect(on.edges).toHaveCount(4);
		await page.locator('[data-field="ways.2.name"] input').fill("mild");
		await expect(on.port("sw", "out", "mild")).toBeVisible();
		await expect(on.port("sw", "out", "way-3")).toHaveCount(0);
		await expect(on.edges).toHaveCount(4);
		await expect(on.edges.locator('[data-broken="true"]')).toHaveCount(0);
	});

	test("leave an edge broken when they go", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=ways&still");
		await on.node("Switch").click();
		await page.getByRole("button", { name: "Remove ways 1" }).click();
		await expect(on.port("sw", "out", "hot")).toHaveCount(0);
		await page
			.getByRole("button", { name: /problem/i })
			.first()
			.click();
		await expect(page.getByText('Switch has no output "hot". Remove the edge and connect another output.')).toBeVisible();
	});
});

test.describe("two inputs", () => {
	test("are two ports with a name and fields of their own", async ({ page }) => {
		const on = canvas(page);
		await on.open("flow=ways&still");
		await on.drag(on.port("txt", "out", "out"), on.port("pair", "in", "right"));
		await expect(on.edges).toHaveCount(4);
		await on.node("Pair").click();
		const offered = (path: string) => page.locator(`[data-field="${path}"] datalist option`);
		await expect(offered("leftKey").first()).toHaveAttribute("value", "device");
		await expect(offered("rightKey").first()).toHaveAttribute("value", "note");
		await on.port("pair", "in", "right").hover();
		await expect(page.getByRole("tooltip")).toContainText("note text");
	});
});
