import { expect } from "@playwright/test";
import { signUp } from "./support/api.ts";
import { canvas } from "./support/canvas.ts";
import { deploy, makeFlow, newDevice, warmFlow } from "./support/flows.ts";
import { query } from "./support/results.ts";
import { product, test } from "./support/windows.ts";

test.describe.configure({ timeout: 150_000 });

/** Every key of the editor that changes something for somebody who may. */
const MUTATING_KEYS = [
	"Delete",
	"Backspace",
	"Control+Delete",
	"Control+Backspace",
	"c",
	"Alt+ArrowRight",
	"Alt+ArrowLeft",
	"Alt+ArrowUp",
	"Alt+ArrowDown",
	"Alt+Shift+ArrowRight",
	"Alt+Shift+ArrowLeft",
	"Alt+Shift+ArrowUp",
	"Alt+Shift+ArrowDown",
	"Control+z",
	"Control+Shift+Z",
	"Control+y",
	"Control+s",
	"Control+Shift+D",
];

const ROOT = "/api/v1";
/** Says which live numbers a window wants to see, and changes nothing that is kept. */
const NO_CHANGE = "POST /t/{t}/live";

interface OpenApi {
	readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

test("a viewer can change nothing: no key does anything in the editor, and every call that changes something is refused", async ({
	windows,
}) => {
	const owner = await signUp(product().url, "Museum");
	const viewer = await signUp(product().url, "Visitors");
	// The public API has no way to invite members yet, so the role is set in the product's own database.
	await query(
		product().folder,
		"weir",
		`insert into member (tenant_id, user_id, role) select $1, id, 'viewer' from user_account where email = $2`,
		[owner.tenantId, viewer.email],
	);
	// A change of members takes effect within five seconds.
	const memberships = async () =>
		((await (await viewer.context.get("/api/v1/me")).json()) as { memberships: unknown[] }).memberships.length;
	await expect.poll(memberships, { timeout: 10_000 }).toBe(2);
	const flowId = await makeFlow(owner, "Exhibit", warmFlow("http-source", "exhibit"));
	await deploy(owner, flowId);
	const device = await newDevice(owner, flowId);
	const state = async () => ({
		flow: await owner
			.get<{ draft: object; liveVersion?: number }>(`/flows/${flowId}`)
			.then(({ draft, liveVersion }) => ({ draft, liveVersion })),
		flows: (await owner.get<readonly unknown[]>("/flows")).length,
		device: await owner.get<{ credentials: readonly unknown[] }>(`/devices/${device.device}`).then(({ credentials }) => credentials),
		connections: (await owner.get<readonly unknown[]>("/connections")).length,
	});
	const before = await state();

	await test.step("keys and mouse in the editor", async () => {
		const page = await windows.open(viewer);
		const writes: string[] = [];
		page.on("request", (request) => {
			if (request.method() !== "GET" && !request.url().endsWith("/live")) writes.push(`${request.method()} ${request.url()}`);
		});
		await page.goto(`/t/${owner.slug}/flows/${flowId}`);
		const on = canvas(page);
		await on.ready();
		await expect(page.getByRole("note")).toBeVisible();
		await expect(on.deployButton).toHaveCount(0);
		const places = () => on.nodes.evaluateAll((nodes) => nodes.map((node) => node.style.transform));
		const drawn = await places();
		await on.select("Filter");
		await expect(page.getByLabel("Keep records where", { exact: true })).toBeDisabled();
		for (const keys of MUTATING_KEYS) {
			await on.node("Filter").focus();
			await page.keyboard.press(keys);
			await expect(page.getByRole("dialog"), keys).toHaveCount(0);
			await expect(page.getByRole("listbox"), keys).toHaveCount(0);
		}
		await on.connect(on.node("Filter"), on.node("Table"));
		await expect(on.nodes).toHaveCount(3);
		await expect(on.edges).toHaveCount(2);
		expect(await places()).toEqual(drawn);
		expect(writes).toEqual([]);
	});

	await test.step("every call of the public API that changes something", async () => {
		const document = (await (await viewer.context.get(`${ROOT}/openapi.json`)).json()) as OpenApi;
		const [endpoint] = await owner.get<readonly { id: string }[]>(`/flows/${flowId}/endpoints`);
		const known: Readonly<Record<string, string>> = { t: owner.slug, n: "1", action: "stop", eid: endpoint?.id ?? "", cid: "none" };
		const answers: Record<string, number> = {};
		for (const [path, methods] of Object.entries(document.paths)) {
			if (!path.includes("{t}")) continue;
			for (const method of Object.keys(methods)) {
				const route = `${method.toUpperCase()} ${path.slice(path.indexOf("/t/"))}`;
				if (method === "get" || route === NO_CHANGE) continue;
				const id = path.includes("/devices/") ? device.device : flowId;
				const url = path.slice(path.indexOf("/t/")).replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? id);
				answers[route] = (await viewer.context.fetch(`${ROOT}${url}`, { method, data: {} })).status();
			}
		}
		expect(Object.keys(answers).length).toBeGreaterThanOrEqual(14);
		expect(Object.entries(answers).filter(([, status]) => status !== 403)).toEqual([]);
	});

	expect(await state()).toEqual(before);
});
