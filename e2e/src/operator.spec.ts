import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "@playwright/test";
import { signUp } from "./support/api.ts";
import { connectMqtt, post } from "./support/devices.ts";
import { deploy, makeFlow, newDevice, warmFlow } from "./support/flows.ts";
import { rowsOf } from "./support/results.ts";
import { product, test } from "./support/windows.ts";

test.describe.configure({ timeout: 150_000 });

const LIMIT_MS = 5_000;
/** So many devices that every worker has some of their partitions. */
const DEVICES = 48;

test("when a stream worker is killed with -9, another goes on within 5 s and no row is lost or written twice", async () => {
	const { folder } = product();
	const person = await signUp(product().url, "Operators");
	const flowId = await makeFlow(person, "Killed", warmFlow("http-source", "killed"));
	await deploy(person, flowId);
	const door = await newDevice(person, flowId);
	const postRound = async (seq: number) => {
		const round = Array.from({ length: DEVICES }, (_, i) => ({ deviceId: `d${i}`, temperature: 25, seq }));
		expect(await post(door, round)).toBe(200);
	};
	const seqs = async () => (await rowsOf(folder, person, "killed")).map((row) => Number(row.seq));
	const rowsOfRound = async (seq: number) => (await seqs()).filter((each) => each === seq).length;

	await postRound(0);
	await expect.poll(() => rowsOfRound(0), { timeout: 20_000, intervals: [100] }).toBe(DEVICES);
	const slowest: number[] = [];
	for (const [round, worker] of [
		[1, "stream-1"],
		[2, "stream-2"],
		[3, "stream-1"],
	] as const) {
		const victim = pidOf(folder, worker);
		process.kill(victim, "SIGKILL");
		const killed = performance.now();
		await postRound(round);
		await expect.poll(() => rowsOfRound(round), { timeout: 2 * LIMIT_MS, intervals: [50] }).toBe(DEVICES);
		slowest.push(Math.round(performance.now() - killed));
		await expect.poll(() => pidOf(folder, worker), { timeout: 15_000, intervals: [100] }).not.toBe(victim);
	}
	test.info().annotations.push({ type: "ms from kill -9 to all rows", description: slowest.join(", ") });
	const [, median = Number.POSITIVE_INFINITY] = slowest.sort((a, b) => a - b);
	expect(median).toBeLessThan(LIMIT_MS);
	expect((await seqs()).length).toBe(4 * DEVICES);
});

test("a broken record over MQTT is shown among the dead letters with its reason and bytes", async ({ windows }) => {
	const person = await signUp(product().url, "Dead letters");
	const flowId = await makeFlow(person, "Broken", warmFlow("mqtt-source", "broken"));
	await deploy(person, flowId);
	const device = await connectMqtt(await newDevice(person, flowId));
	await device.publish('{"deviceId":"d1","temperature":');
	await device.publish({ deviceId: "d1", temperature: 30, seq: 1 });
	await device.end();
	await expect.poll(async () => (await rowsOf(product().folder, person, "broken")).length, { timeout: 20_000 }).toBe(1);

	const page = await windows.open(person);
	await page.goto(`/t/${person.slug}/dead-letters`);
	const group = page.getByRole("row", { name: /Broken Source/ });
	await expect(group).toBeVisible({ timeout: 20_000 });
	await group.getByRole("button").click();
	await page.getByRole("button", { name: /^\{"deviceId":"d1","temperature":/ }).click();
	const record = page.getByRole("dialog", { name: "Dead letter" });
	await expect(record).toContainText('{"deviceId":"d1","temperature":');
	await record.getByRole("tab", { name: "Bytes" }).click();
	await expect(record).toContainText("7b 22 64");
});

test("a revoked token is refused at both doors within 5 s, and its open session is ended", async ({ windows }) => {
	const person = await signUp(product().url, "Revoked");
	const flowId = await makeFlow(person, "Revoked", warmFlow("http-source", "revoked"));
	const door = await newDevice(person, flowId);
	expect(await post(door, { deviceId: "d1", temperature: 30 })).toBe(200);
	const session = await connectMqtt({ ...door, url: product().mqtt });

	const page = await windows.open(person);
	await page.goto(`/t/${person.slug}/devices?device=${door.device}`);
	await page.getByRole("button", { name: "Revoke" }).click();
	await page.getByRole("button", { name: "Revoke token" }).click();
	const revoked = performance.now();
	await expect.poll(() => post(door, { deviceId: "d1", temperature: 30 }), { timeout: LIMIT_MS, intervals: [100] }).toBe(401);
	await expect.poll(session.isClosed, { timeout: 2 * LIMIT_MS, intervals: [50] }).toBe(true);
	expect(performance.now() - revoked).toBeLessThan(LIMIT_MS);
	await expect(connectMqtt({ ...door, url: product().mqtt })).rejects.toThrow(/not authorized|bad user ?name|refused/i);
	await expect(page.getByText("Revoked", { exact: true }).first()).toBeVisible();
});

test("signing out in one window ends the session in another within 5 s", async ({ windows }) => {
	// The other window asks once more and is told 401, which the browser logs.
	windows.allow(/status of 401/);
	const person = await signUp(product().url, "Leaving");
	const page = await windows.open(person);
	await page.goto(`/t/${person.slug}/flows`);
	const other = await windows.openLike(page);
	await other.goto(`/t/${person.slug}/flows`);
	await expect(other.getByRole("heading", { name: "Flows", level: 1 })).toBeVisible();
	const stillIn = () => other.evaluate(async (slug) => (await fetch(`/api/v1/t/${slug}/flows`)).status, person.slug);
	expect(await stillIn()).toBe(200);

	await page.getByRole("button", { name: /^Your menu/ }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await expect(page).toHaveURL(/\/sign-in/);
	await expect.poll(stillIn, { timeout: LIMIT_MS, intervals: [100] }).toBe(401);
	await other.getByRole("link", { name: "Connections" }).click();
	await expect(other).toHaveURL(/\/sign-in/);
});

/** Process id of a part of the product, as its supervisor has written it down. */
function pidOf(folder: string, name: string): number {
	const { pids } = JSON.parse(readFileSync(path.join(folder, "run.json"), "utf8")) as { pids: Readonly<Record<string, number>> };
	return pids[name] ?? 0;
}
