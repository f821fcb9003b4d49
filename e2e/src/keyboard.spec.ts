import { expect, type Locator, type Page } from "@playwright/test";
import { signUp } from "./support/api.ts";
import { canvas } from "./support/canvas.ts";
import { post } from "./support/devices.ts";
import { newDevice } from "./support/flows.ts";
import { rowsOf } from "./support/results.ts";
import { product, test } from "./support/windows.ts";

test.describe.configure({ timeout: 150_000 });

test("source, filter and sink are drawn, set up and deployed by keyboard alone, and the flow runs", async ({ windows }) => {
	const person = await signUp(product().url, "Keys only");
	const flow = await person.post<{ id: string }>("/flows", { name: "By keyboard" });
	const page = await windows.open(person);
	const on = canvas(page);
	const press = pressOn(page);
	await page.goto(`/t/${person.slug}/flows/${flow.id}`);
	await on.ready();

	await press("Tab");
	await press("/");
	await press(..."http");
	await press("Enter");
	await expect(on.nodes).toHaveCount(1);
	for (const [word, name] of [
		["filter", "Filter"],
		["postgres", "Postgres sink"],
	] as const) {
		await press("Escape", "Escape", "/", ...word, "Enter");
		await expect(on.node(name)).toBeVisible();
	}
	await expect(on.edges).toHaveCount(2);

	await press("Escape", "Escape");
	await tabTo(page, on.nodes.and(page.locator("[tabindex='0']")));
	await press("Home");
	await expect(on.node("HTTP source")).toBeFocused();
	await press("ArrowRight");
	await expect(on.node("Filter")).toBeFocused();
	await press("Enter");
	await tabTo(page, page.getByLabel("Keep records where", { exact: true }));
	await press(..."temperature > 20");
	await expect(on.problems).toHaveCount(0);
	await press("Control+s");
	await on.isSaved();

	await press("Control+Shift+D");
	const dialog = page.getByRole("dialog", { name: "Deploy" });
	await expect(dialog).toBeVisible();
	await expect(dialog.getByRole("button", { name: "Deploy" })).toBeEnabled();
	await tabTo(page, dialog.getByRole("button", { name: "Deploy" }));
	await press("Enter");
	await expect(dialog).toHaveCount(0, { timeout: 30_000 });
	await expect(page.getByRole("banner")).toContainText("Live v1");

	const door = await newDevice(person, flow.id);
	for (const temperature of [10, 30]) expect(await post(door, { deviceId: "oven", temperature, seq: temperature })).toBe(200);
	await expect.poll(async () => (await rowsOf(product().folder, person, "results")).map((row) => Number(row.temperature))).toEqual([30]);
});

/** Presses keys one after the other; after each, something has the focus. */
function pressOn(page: Page) {
	return async (...keys: readonly string[]) => {
		for (const key of keys) {
			await page.keyboard.press(key === " " ? "Space" : key);
			expect(await page.evaluate(() => document.activeElement !== document.body), `something has the focus after ${key}`).toBe(true);
		}
	};
}

/** Presses Tab until the place has the focus. */
async function tabTo(page: Page, place: Locator) {
	const press = pressOn(page);
	for (let presses = 0; presses < 80; presses++) {
		if (await place.evaluate((element) => element === document.activeElement)) return;
		await press("Tab");
	}
	throw new Error("Tab does not lead there in 80 presses.");
}
