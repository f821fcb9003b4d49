import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { type Person, signUp } from "./support/api.ts";
import { canvas } from "./support/canvas.ts";
import { connectMqtt } from "./support/devices.ts";
import { deploy, makeFlow, newDevice, warmFlow } from "./support/flows.ts";
import { product, test } from "./support/windows.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [1280, 768];
const THEMES = ["light", "dark"] as const;

/** A page, and how to know that it is there with what it has to show. */
interface Place {
	readonly name: string;
	readonly path: string;
	ready(page: Page): Promise<void>;
}

const heading = (name: string | RegExp) => async (page: Page) => {
	await expect(page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 20_000 });
	await expect(page.locator("[aria-busy=true], .w-skeleton")).toHaveCount(0);
};

test("nobody is needed for the pages before sign-in and the manual, which have no fault in either theme and no sideways scroll", async ({
	windows,
}) => {
	await expectGood(await windows.open(), [
		{ name: "sign in", path: "/sign-in", ready: heading("Sign in to Weir") },
		{ name: "sign up", path: "/sign-up", ready: heading("Create your account") },
		{ name: "manual", path: "/docs", ready: heading(/./) },
		{ name: "node in the manual", path: "/docs/nodes/tumbling-window", ready: heading("Tumbling window") },
	]);
});

test("the lists of a tenant with data have no fault that axe finds in either theme, no console error and no sideways scroll", async ({
	windows,
}) => {
	const { person, flowId, deviceId } = await tenantWithData();
	const page = await windows.open(person);
	const at = (path: string) => `/t/${person.slug}${path}`;
	const [letter] = await deadLetters(person);
	const group = `flow=${flowId}&node=${letter?.node}&code=${letter?.code}`;
	await expectGood(page, [
		{ name: "flows", path: at("/flows"), ready: heading("Flows") },
		{ name: "devices and endpoints", path: at("/devices"), ready: heading(/Devices/) },
		{
			name: "a device",
			path: at(`/devices?device=${deviceId}`),
			ready: (each) => expect(each.getByRole("dialog").getByText("Device id")).toBeVisible({ timeout: 20_000 }),
		},
		{ name: "dead letters", path: at("/dead-letters"), ready: heading("Dead letters") },
		{
			name: "dead letters of one reason",
			path: at(`/dead-letters?${group}`),
			ready: (each) => expect(each.getByRole("columnheader", { name: "Size" })).toBeVisible({ timeout: 20_000 }),
		},
		{
			name: "a dead letter",
			path: at(`/dead-letters?${group}&record=${letter?.id}`),
			ready: (each) => expect(each.getByRole("dialog").getByText("Position")).toBeVisible({ timeout: 20_000 }),
		},
		{ name: "connections", path: at("/connections"), ready: heading("Connections") },
	]);
});

test("the editor, the overview and the job of a running flow have no fault that axe finds in either theme, no console error and no sideways scroll", async ({
	windows,
}) => {
	const { person, flowId } = await tenantWithData();
	const page = await windows.open(person);
	await expectGood(page, [
		{
			name: "editor",
			path: `/t/${person.slug}/flows/${flowId}`,
			async ready(each) {
				await canvas(each).ready();
				await expect(canvas(each).node("Filter")).toBeVisible();
			},
		},
		{ name: "overview", path: `/t/${person.slug}/flows/${flowId}/overview`, ready: heading(/Rooms/) },
		{
			name: "job",
			path: `/t/${person.slug}/flows/${flowId}/job`,
			async ready(each) {
				await heading(/Rooms/)(each);
				await expect(each.getByRole("region", { name: /^Plan of/ })).toBeVisible({ timeout: 20_000 });
				await expect(each.getByRole("region", { name: "Tasks of Stage 1" })).toContainText("Running", { timeout: 20_000 });
			},
		},
	]);
});

async function expectGood(page: Page, places: readonly Place[]) {
	test.setTimeout(180_000);
	await page.emulateMedia({ reducedMotion: "reduce" });
	const faults: string[] = [];
	for (const { name, path, ready } of places) {
		await page.setViewportSize({ width: WIDTHS[0] ?? 1280, height: 900 });
		await page.goto(path);
		await ready(page);
		for (const theme of THEMES) {
			await page.emulateMedia({ reducedMotion: "reduce", colorScheme: theme });
			await expect(page.locator("html")).toHaveAttribute("data-mode", theme);
			// No frames are there, which the other way would look for; and what is right is not told, which would take half the time.
			const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
			const { violations } = await axe.withTags(TAGS).analyze();
			for (const { id, nodes } of violations)
				faults.push(...nodes.map((node) => `${name}, ${theme}: ${id} at ${node.target.join(" ")}. ${node.any[0]?.message ?? ""}`));
		}
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 900 });
			const surplus = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
			if (surplus > 0) faults.push(`${name} at ${width}: ${surplus} pixels too wide`);
		}
	}
	expect(faults).toEqual([]);
}

let house: ReturnType<typeof furnish> | undefined;

/** A flow that runs, a device that has posted, and a dead letter; made once for all tests. */
function tenantWithData() {
	house ??= furnish();
	return house;
}

async function furnish() {
	const person = await signUp(product().url, "Full house");
	const flowId = await makeFlow(person, "Rooms", warmFlow("mqtt-source", "rooms"));
	await deploy(person, flowId);
	const door = await newDevice(person, flowId);
	const device = await connectMqtt(door);
	await device.publish({ deviceId: "d1", temperature: 30, seq: 1 });
	await device.publish('{"deviceId":');
	await device.end();
	await expect.poll(async () => (await deadLetters(person)).length, { timeout: 20_000 }).toBe(1);
	return { person, flowId, deviceId: door.device };
}

async function deadLetters(person: Person) {
	const groups = await person.get<readonly { flowId: string; node: string; code: string }[]>("/dead-letters");
	const [group] = groups;
	if (group === undefined) return [];
	const { flowId, node, code } = group;
	const query = new URLSearchParams({ flow: flowId, node, code });
	const { records } = await person.get<{ records: readonly { id: string }[] }>(`/dead-letters/records?${query}`);
	return records.map(({ id }) => ({ id, node, code }));
}
