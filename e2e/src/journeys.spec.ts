import { expect, type Page } from "@playwright/test";
import { signUp } from "./support/api.ts";
import { canvas } from "./support/canvas.ts";
import { connectMqtt, type DeviceDoor, post } from "./support/devices.ts";
import { rowsOf } from "./support/results.ts";
import { product, test } from "./support/windows.ts";

test.describe.configure({ timeout: 150_000 });

test("a newcomer signs up, tries a template, and sees the first record within a minute with no field typed", async ({ windows }) => {
	const page = await windows.open();
	await page.goto("/sign-up");
	await page.getByLabel("Your name").fill("Grace");
	await page.getByLabel("E-mail").fill(`grace-${process.pid}-${Date.now()}@example.org`);
	await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
	await page.getByLabel("Company, team or project").fill("Harbour");
	await page.getByRole("button", { name: "Create account" }).click();
	await expect(page.getByRole("heading", { name: "Flows", level: 1 })).toBeVisible({ timeout: 20_000 });

	const begun = performance.now();
	await page.getByRole("button", { name: "Try with simulated data" }).first().click();
	const on = canvas(page);
	await on.ready();
	await expect(on.flowing.first()).toBeVisible({ timeout: 60_000 });
	expect(performance.now() - begun, "ms from the template to the first record on the canvas").toBeLessThan(60_000);
	await page.getByRole("link", { name: "Overview" }).click();
	await page.getByRole("button", { name: "Stop simulated data" }).click();
	await expect(page.getByRole("button", { name: "Send simulated data" })).toBeVisible();
});

test("a flow is drawn by mouse, told in words what is wrong, deployed, and fed over HTTP and MQTT", async ({ windows }) => {
	const person = await signUp(product().url, "Cold store");
	const page = await windows.open(person);
	const on = canvas(page);
	await page.setViewportSize({ width: 1600, height: 900 });
	await page.goto(`/t/${person.slug}/flows`);
	await page.getByRole("button", { name: "Start empty" }).click();
	await on.ready();

	await test.step("draw", async () => {
		await page.getByRole("button", { name: "Zoom out" }).click();
		await page.getByRole("button", { name: "Zoom out" }).click();
		await on.put("http-source", { x: 270, y: 300 });
		await on.put("mqtt-source", { x: 270, y: 480 });
		await on.put("dedup", { x: 460, y: 390 });
		await on.put("filter", { x: 650, y: 390 });
		await on.put("tumbling-window", { x: 840, y: 390 });
		await on.put("postgres-sink", { x: 1030, y: 390 });
		await expect(on.nodes).toHaveCount(6);
		await on.connect(on.output("HTTP source"), on.input("Dedup"));
		await on.connect(on.output("MQTT source"), on.input("Dedup"));
		await on.connect(on.output("Dedup"), on.input("Filter"));
		await on.connect(on.output("Filter"), on.input("Tumbling window"));
		await expect(on.edges).toHaveCount(4);
	});

	await test.step("be told what is wrong, and mend it", async () => {
		await on.problems.click();
		const list = page.getByRole("region", { name: "Problems" });
		await expect(list).toContainText("Write a condition, for example temperature > 20.");
		await expect(list.getByRole("button", { name: /Postgres sink/ })).toBeVisible();
		await list.getByRole("button", { name: /Write a condition/ }).click();
		const condition = page.getByLabel("Keep records where", { exact: true });
		await expect(condition).toBeFocused();
		await condition.fill("temprature > 20");
		await expect(list).toContainText("temperature");
		await expect(list).not.toContainText("Write a condition");
		await on.deployButton.click();
		const dialog = page.getByRole("dialog", { name: "Deploy" });
		await expect(dialog.getByText("Put these right first")).toBeVisible();
		await expect(dialog.getByRole("button", { name: "Deploy" })).toBeDisabled();
		await dialog.getByRole("button", { name: "Cancel" }).click();

		await condition.fill("temperature > 20");
		await condition.blur();
		await on.connect(on.output("Tumbling window"), on.input("Postgres sink"));
		await expect(on.edges).toHaveCount(5);
		await on.select("Tumbling window");
		await page.getByLabel("Length", { exact: true }).fill("1 s");
		await page.getByLabel("Length", { exact: true }).blur();
		await expect(on.problems).toHaveCount(0);
	});

	await test.step("deploy", async () => {
		await on.isSaved();
		await on.deployButton.click();
		const dialog = page.getByRole("dialog", { name: "Deploy" });
		await dialog.getByRole("button", { name: "Deploy" }).click();
		await expect(dialog).toHaveCount(0, { timeout: 30_000 });
		await expect(page.getByRole("banner")).toContainText("Live v1");
	});

	await test.step("devices post, and numbers move on the edges within 3 s", async () => {
		const http = await connectDevice(page, "HTTP source");
		const broker = await connectDevice(page, "MQTT source");
		const base = Math.floor(Date.now() / 1_000) * 1_000 - 20_000;
		const record = (deviceId: string, seq: number) => ({
			deviceId,
			ts: new Date(base + seq * 1_000).toISOString(),
			temperature: seq % 2 === 0 ? 30 : 10,
			humidity: 50,
			status: "ok",
			seq,
		});
		const client = await connectMqtt(broker);
		const begun = performance.now();
		expect(await post(http, record("oven", 0))).toBe(200);
		await client.publish(record("fridge", 0));
		await expect(on.flowing.first()).toBeVisible({ timeout: 3_000 });
		test
			.info()
			.annotations.push({ type: "ms from the first event to moving numbers", description: `${Math.round(performance.now() - begun)}` });
		for (let seq = 1; seq <= 20; seq++) {
			await post(http, record("oven", seq));
			await post(http, record("oven", seq));
			await client.publish(record("fridge", seq));
		}
		await client.end();
		await on.select("MQTT source");
		await expect(page.getByTestId("topic-matches")).toHaveText("1 of 1 topic seen in the last 24 hours matches.");
		// Nine even seconds per device end before the watermark, which stands two seconds behind the newest record.
		const rows = () => rowsOf(product().folder, person, "results");
		await expect.poll(async () => (await rows()).length, { timeout: 60_000 }).toBe(18);
		expect((await rows()).map((row) => Number(row.count))).toEqual(Array.from({ length: 18 }, () => 1));
	});
});

/** Opens the Connect panel of a source, asks for a token, and reads what a person would copy. */
async function connectDevice(page: Page, source: string): Promise<DeviceDoor> {
	await canvas(page).select(source);
	const card = page.getByRole("region", { name: "Connect" });
	await expect(card.getByText("Waiting for the first record…")).toBeVisible();
	await card.getByRole("button", { name: "Connect a device…" }).click();
	const panel = page.getByRole("dialog", { name: `Connect to ${source}` });
	await panel.getByRole("button", { name: "Get a token" }).click();
	const isHttp = source === "HTTP source";
	const token = await panel.getByLabel(isHttp ? "Token" : "Token (the password)", { exact: true }).inputValue();
	const url = await panel.getByLabel(isHttp ? "Address" : "Broker", { exact: true }).inputValue();
	const topic = isHttp ? "" : await panel.getByLabel("Topic", { exact: true }).inputValue();
	const device = isHttp ? "" : await panel.getByLabel("User name", { exact: true }).inputValue();
	await page.keyboard.press("Escape");
	await expect(panel).toHaveCount(0);
	return { url, token, topic, device };
}
