import { expect, type Page } from "@playwright/test";
import { type Person, signUp } from "./support/api.ts";
import { canvas } from "./support/canvas.ts";
import { makeFlow, warmFlow } from "./support/flows.ts";
import { product, test } from "./support/windows.ts";

test.describe.configure({ timeout: 150_000 });

interface Draft {
	readonly draft: {
		readonly flow: { readonly nodes: readonly { readonly kind: string; readonly config: Readonly<Record<string, unknown>> }[] };
	};
}

const CONDITION = "Keep records where";

test("two windows that change different nodes keep both changes, and no dialog opens", async ({ windows }) => {
	// The server answers a save on an old revision with 409, which the browser logs.
	windows.allow(/status of 409/);
	const { person, flowId, first, second } = await twoWindows(windows);
	await edit(first, "Filter", CONDITION, "temperature > 21");
	await canvas(first).isSaved();
	await edit(second, "Table", "Table", "warm_rooms");
	await canvas(second).isSaved();

	await expect.poll(() => configOf(person, flowId)).toEqual({ condition: "temperature > 21", table: "warm_rooms" });
	await canvas(second).select("Filter");
	await expect(second.getByLabel(CONDITION, { exact: true })).toHaveValue("temperature > 21");
	for (const page of [first, second]) await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("two windows that change the same field get one dialog, and what is chosen there is kept", async ({ windows }) => {
	windows.allow(/status of 409/);
	const { person, flowId, first, second } = await twoWindows(windows);
	let saves = 0;
	second.on("request", (request) => {
		if (request.method() === "PUT" && request.url().endsWith("/draft")) saves++;
	});
	await edit(first, "Filter", CONDITION, "temperature > 22");
	await canvas(first).isSaved();
	await edit(second, "Filter", CONDITION, "temperature > 23");

	const dialog = second.getByRole("dialog", { name: "Somebody else changed the same thing" });
	await expect(dialog).toHaveCount(1, { timeout: 15_000 });
	await expect(first.getByRole("dialog")).toHaveCount(0);
	expect(saves, "nothing is saved again while the dialog is open").toBe(1);
	await dialog.getByRole("radio", { name: /Mine/ }).check();
	await dialog.getByRole("button", { name: "Keep these and go on" }).click();
	await expect(dialog).toHaveCount(0);
	await expect.poll(async () => (await configOf(person, flowId)).condition).toBe("temperature > 23");
	await canvas(second).isSaved();
});

async function twoWindows(windows: { open(person: Person): Promise<Page> }) {
	const person = await signUp(product().url, "Two windows");
	const flowId = await makeFlow(person, "Shared", warmFlow("http-source", "rooms"));
	const openFlow = async () => {
		const page = await windows.open(person);
		await page.goto(`/t/${person.slug}/flows/${flowId}`);
		await canvas(page).ready();
		return page;
	};
	const [first, second] = [await openFlow(), await openFlow()];
	return { person, flowId, first, second };
}

async function edit(page: Page, node: string, label: string, text: string) {
	await canvas(page).select(node);
	await page.getByLabel(label, { exact: true }).fill(text);
	await page.getByLabel(label, { exact: true }).blur();
}

async function configOf(person: Person, flowId: string) {
	const { draft } = await person.get<Draft>(`/flows/${flowId}`);
	const of = (kind: string) => draft.flow.nodes.find((node) => node.kind === kind)?.config;
	return { condition: of("filter")?.condition, table: of("postgres-sink")?.table };
}
