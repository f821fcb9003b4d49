import { type Action, actionsOf, ROUTE_NEEDS, type RouteName, type RouteNeed } from "@weir/access";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INCOMING } from "../src/server/front/incoming.ts";
import { type ApiRig, openApiRig, type Person, type TestTenant } from "./api-rig.ts";

let rig: ApiRig;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
	rig = await openApiRig();
	acme = await rig.newTenant("Acme");
	globex = await rig.newTenant("Globex");
});

afterAll(() => rig.close());

const needs = Object.entries(ROUTE_NEEDS) as [RouteName, RouteNeed][];

/** What stands behind the names in a tenant's paths. */
interface Ids {
	readonly flow: string;
	readonly endpoint: string;
	readonly device: string;
	readonly credential: string;
	readonly letter: string;
	readonly connection: string;
}

async function idsOf(tenant: TestTenant): Promise<Ids> {
	const flow = (await rig.newFlow(tenant)).id;
	const [endpoint] = await tenant.store.endpoints.ofFlow(flow);
	const { device, credential } = await tenant.store.devices.create(`pump-${flow}`, tenant.owner.userId);
	const { body } = await tenant.owner.call("POST", `/t/${tenant.slug}/flows/${flow}/deploy`, { rev: 1 });
	const letter = `letter-of-${flow}`;
	const bad = { node: "http", code: "RECORD_UNREADABLE", reason: "no JSON", position: undefined, raw: Buffer.from("{") };
	await rig.workers.putDeadLetters([{ ...bad, id: letter, tenant: tenant.id, job: body.jobId }]);
	const config = { host: "db.example.com", database: "d", user: "u" };
	const made = await tenant.owner.call("POST", `/t/${tenant.slug}/connections`, {
		type: "postgres",
		name: flow,
		config,
		secrets: { password: "s" },
	});
	return { flow, endpoint: endpoint?.id ?? "", device: device.id, credential: credential.id, letter, connection: made.body.id };
}

/** A request of the route that would succeed for somebody who may. */
async function fill(route: RouteName, slug: string, ids: Ids): Promise<{ method: string; path: string; body?: unknown }> {
	const [method = "", pattern = ""] = route.split(" ");
	const id = pattern.includes("/devices/") ? ids.device : pattern.includes("/dead-letters/") ? ids.letter : ids.flow;
	const path = pattern
		.replace("{t}", slug)
		.replace("/connections/{id}", `/connections/${ids.connection}`)
		.replace("{id}", id)
		.replace("{eid}", ids.endpoint)
		.replace("{cid}", ids.credential)
		.replace("{n}", "1")
		.replace("{action}", "pause");
	const query = QUERIES[route] ?? "";
	const body = BODIES[route];
	return { method, path: path + query, ...(body === undefined ? {} : { body }) };
}

const QUERIES: Partial<Record<RouteName, string>> = {
	"GET /t/{t}/flows/{id}/history": "?from=0&to=60000",
	"GET /t/{t}/flows/{id}/replay-preview": "?from=0&to=60000",
	"GET /t/{t}/flows/{id}/rewind-preview": "?from=0",
	"GET /t/{t}/topics": "?filter=%23",
};

const BODIES: Partial<Record<RouteName, unknown>> = {
	"POST /sign-up": { name: "Eve", email: "eve@example.com", password: "long enough, surely", tenantName: "Evil" },
	"POST /t/{t}/flows": { name: "Pumps" },
	"PATCH /t/{t}/flows/{id}": { name: "Other pumps" },
	"PUT /t/{t}/flows/{id}/draft": { baseRev: 1, baseLayoutRev: 1, flow: { schemaVersion: 1, nodes: [], edges: [] } },
	"POST /t/{t}/flows/{id}/deploy": { rev: 1 },
	"POST /t/{t}/flows/{id}/replays": { from: 0, to: 60_000 },
	"POST /t/{t}/flows/{id}/rewind": { from: 0 },
	"POST /t/{t}/flows/{id}/endpoints/{eid}/connect": {},
	"PATCH /t/{t}/flows/{id}/endpoints/{eid}/storage": { keepMs: 3_600_000 },
	"POST /t/{t}/flows/{id}/simulation": {},
	"POST /t/{t}/devices": { name: "pump-2" },
	"POST /t/{t}/devices/{id}/credentials": {},
	"POST /t/{t}/connections": {
		type: "postgres",
		name: "Warehouse",
		config: { host: "h", database: "d", user: "u" },
		secrets: { password: "s" },
	},
	"PATCH /t/{t}/connections/{id}": { name: "Other warehouse" },
	"POST /t/{t}/dead-letters/retry": { ids: ["no-such-letter"] },
	"POST /t/{t}/dead-letters/discard": { ids: ["no-such-letter"], reason: "They came from a test." },
	"POST /t/{t}/live": { stream: "none", topics: [] },
};

const tenantRoutes = needs.map(([route]) => route).filter((route) => route.includes("{t}"));
const routesWithIds = tenantRoutes.filter((route) => /\{(id|eid|cid)\}/.test(route));

test("routes, permission table and OpenAPI document name the same addresses", async () => {
	const served = new Set(
		rig.api.routes.flatMap(({ method, path }) => (method === "ALL" ? [] : [`${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`])),
	);
	const { body: document } = await rig.call("GET", "/openapi.json");
	const described = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, item]) =>
		Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
	);
	const table = needs.map(([route]) => route).sort();
	expect([...served].sort()).toEqual(table);
	expect(described.sort()).toEqual(table);
});

test("every operation says what it needs and how it refuses", async () => {
	const { body: document } = await rig.call("GET", "/openapi.json");
	for (const item of Object.values<Record<string, { description: string; responses: Record<string, unknown> }>>(document.paths)) {
		for (const operation of Object.values(item)) {
			expect(operation.description).toMatch(/^Needs /);
			expect(operation.responses.default).toBeDefined();
		}
	}
});

test.each(needs.filter(([, need]) => need !== "public").map(([route]) => route))("%s answers 401 to nobody", async (route) => {
	const { method, path, body } = await fill(route, acme.slug, {
		flow: "a",
		endpoint: "b",
		device: "c",
		credential: "d",
		letter: "e",
		connection: "f",
	});
	const answer = await rig.call(method, path, body);
	expect([answer.status, answer.body.error.code]).toEqual([401, "ACCESS_SIGNED_OUT"]);
});

test("another tenant's address is not there, by any route", async () => {
	const ids = await idsOf(globex);
	for (const route of tenantRoutes) {
		const { method, path, body } = await fill(route, globex.slug, ids);
		const answer = await acme.owner.call(method, path, body);
		expect([route, answer.status, answer.body.error?.code]).toEqual([route, 404, "ACCESS_NOT_FOUND"]);
	}
});

test("another tenant's ids under one's own address are not there, by any route, and nothing of theirs changes", {
	timeout: 60_000,
}, async () => {
	const [mine, theirs] = [await idsOf(acme), await idsOf(globex)];
	const before = await stateOf(globex, theirs);
	for (const route of routesWithIds) {
		// Each id alone, so that one right id does not hide that another is not looked at.
		for (const name of Object.keys(mine) as (keyof Ids)[]) {
			const mixed = { ...mine, [name]: theirs[name] };
			const request = await fill(route, acme.slug, mixed);
			if (request.path === (await fill(route, acme.slug, mine)).path) continue;
			const answer = await acme.owner.call(request.method, request.path, request.body);
			expect([route, name, answer.status, answer.body.error?.code]).toEqual([route, name, 404, "ACCESS_NOT_FOUND"]);
		}
	}
	expect(await stateOf(globex, theirs)).toEqual(before);
});

async function stateOf(tenant: TestTenant, ids: Ids): Promise<unknown> {
	const { store } = tenant;
	return {
		flow: await store.flows.get(ids.flow),
		device: await store.devices.get(ids.device),
		connections: await store.connections.all(),
		simulation: await store.simulations.get(ids.flow),
		versions: await store.flows.versions(ids.flow),
	};
}

test("an address that cannot be decoded is refused with a sentence", async () => {
	const answer = await acme.owner.call("GET", `/t/${acme.slug}/flows/%25zz`, undefined, { [INCOMING.malformed]: "1" });
	expect([answer.status, answer.body.error.code]).toEqual([400, "REQUEST_INVALID"]);
	expect(answer.body.error.message).toContain("write %25 for a percent sign");
});

test("ids that are no ids are not there", async () => {
	for (const id of ["nothing", "00000000-0000-4000-8000-000000000000", "%00", "..", "'; drop table flow; --"]) {
		const { status } = await acme.owner.call("GET", `/t/${acme.slug}/flows/${encodeURIComponent(id)}`);
		expect([id, status]).toEqual([id, 404]);
	}
});

test.each(["owner", "admin", "editor", "operator", "viewer"] as const)(
	"%s may do what the table says and nothing else",
	{ timeout: 60_000 },
	async (role) => {
		const person = role === "owner" ? acme.owner : await acme.member(role);
		const may = new Set<string>(actionsOf(role));
		for (const [route, need] of needs.filter(([route]) => route.includes("{t}"))) {
			if (route === "GET /t/{t}/live") continue; // Opens a stream; live.integration.test.ts looks at it.
			const answer = await tryRoute(person, route);
			if (may.has(need as Action)) expect([route, answer.status === 403]).toEqual([route, false]);
			else expect([route, answer.status, answer.body.error.code]).toEqual([route, 403, "ACCESS_FORBIDDEN"]);
		}
	},
);

async function tryRoute(person: Person, route: RouteName) {
	const request = await fill(route, acme.slug, await sharedIds());
	return person.call(request.method, request.path, request.body);
}

let shared: Promise<Ids> | undefined;

function sharedIds(): Promise<Ids> {
	shared ??= idsOf(acme);
	return shared;
}

test("a viewer changes nothing: every mutating route refuses, and says what is missing", async () => {
	const viewer = await acme.member("viewer");
	for (const [route] of needs.filter(([route]) => route.includes("{t}") && !route.startsWith("GET") && route !== "POST /t/{t}/live")) {
		const answer = await tryRoute(viewer, route);
		expect([route, answer.status]).toEqual([route, 403]);
		expect(answer.body.error.message).toContain("Your role is viewer");
	}
});

test("refused attempts are in the audit log", async () => {
	const viewer = await acme.member("viewer");
	await viewer.call("POST", `/t/${acme.slug}/flows`, { name: "Mine" });
	const [newest] = await acme.store.audit.newest(1);
	expect(newest).toMatchObject({ actor: viewer.email, action: "access.denied", target: "POST /t/{t}/flows", role: "viewer" });
});
