import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authOptions } from "../src/server/auth/options.ts";
import { createSessions } from "../src/server/auth/sessions.ts";
import { INCOMING } from "../src/server/front/incoming.ts";
import { type ApiRig, openApiRig } from "./api-rig.ts";

let rig: ApiRig;

beforeAll(async () => {
	rig = await openApiRig();
});

afterAll(() => rig.close());

type Authorize = (
	credentials: Record<string, string>,
	request: { headers: Record<string, string> },
) => Promise<{ readonly id: string; readonly sid: string } | null>;

/** Signs in as the page does, from an address of one's own unless said otherwise. */
async function signIn(email: string, password: string, ip: string = randomUUID()) {
	const { accounts } = rig.db;
	const services = {
		accounts,
		sessions: createSessions({ accounts, secret: "s", publicUrl: "http://weir.test" }),
		secret: "s",
		publicUrl: "http://weir.test",
	};
	const [provider] = authOptions(services).providers;
	const { authorize } = (provider as unknown as { options: { authorize: Authorize } }).options;
	return authorize({ email, password }, { headers: { [INCOMING.address]: ip, "user-agent": "vitest" } });
}

const PASSWORD = "three pumps in a row";

async function account() {
	const email = `${randomUUID()}@example.com`;
	const answer = await rig.call("POST", "/sign-up", { name: "Ada", email, password: PASSWORD, tenantName: "Acme Cold Chain" });
	return { email, answer };
}

test("signing up makes a tenant with an owner and a place for results; signing in works at once", async () => {
	const { email, answer } = await account();
	expect(answer.status).toBe(201);
	const signedIn = await signIn(email.toUpperCase(), PASSWORD);
	const [membership] = await rig.db.accounts.memberships(signedIn?.id ?? "");
	expect(membership).toMatchObject({ role: "owner", tenantName: "Acme Cold Chain" });
	const connections = await rig.db.openTenant(membership?.tenantId ?? "").connections.all();
	expect(connections).toMatchObject([{ name: "Built-in Postgres", managed: true }]);
});

test("signing up with a known e-mail answers the same, and makes nothing", async () => {
	const { email, answer } = await account();
	const again = await rig.call("POST", "/sign-up", { name: "Eve", email, password: "another long password", tenantName: "Evil" });
	expect([again.status, again.body]).toEqual([answer.status, answer.body]);
	expect(await signIn(email, "another long password")).toBeNull();
	expect(await rig.db.accounts.memberships((await signIn(email, PASSWORD))?.id ?? "")).toHaveLength(1);
});

test("a cookie that nobody can decode signs nobody in, and breaks nothing", async () => {
	const sessions = createSessions({ accounts: rig.db.accounts, secret: "s", publicUrl: "http://weir.test" });
	expect(await sessions.of(new Headers({ cookie: "weir.session=%zz" }))).toBeUndefined();
});

test("an unknown e-mail takes as long as a wrong password", async () => {
	const { email } = await account();
	const times = { known: [] as number[], unknown: [] as number[] };
	for (let i = 0; i < 5; i++) {
		for (const [kind, address] of [
			["known", email],
			["unknown", `${randomUUID()}@example.com`],
		] as const) {
			const start = performance.now();
			expect(await rig.db.accounts.checkPassword(address, "wrong password")).toBeUndefined();
			times[kind].push(performance.now() - start);
		}
	}
	// A look-up without the hash would be many times faster; the least of five is free of other load.
	expect(Math.min(...times.unknown)).toBeGreaterThan(Math.min(...times.known) / 3);
});

test("the eleventh attempt on an account is refused with the time to wait, the right password too, known account or not", async () => {
	const { email } = await account();
	for (const address of [email, `${randomUUID()}@example.com`]) {
		for (let i = 0; i < 10; i++) expect(await signIn(address, "wrong password")).toBeNull();
		await expect(signIn(address, PASSWORD)).rejects.toThrow(/^Too many attempts\. Try again in 1[45] minutes\.$/);
	}
});

test("an address that tries many accounts is stopped as well", async () => {
	const ip = randomUUID();
	for (let i = 0; i < 100; i++) await rig.db.accounts.countAttempt(`ip:${ip}`, 100, 60_000);
	await expect(signIn(`${randomUUID()}@example.com`, "wrong password", ip)).rejects.toThrow("Too many attempts");
});

test("a right password forgives the attempts before it", async () => {
	const { email } = await account();
	for (let round = 0; round < 2; round++) {
		for (let i = 0; i < 8; i++) await signIn(email, "wrong password");
		expect(await signIn(email, PASSWORD)).not.toBeNull();
	}
});

test("signing out ends the session within five seconds everywhere", async () => {
	const { owner } = await rig.newTenant();
	expect((await owner.call("GET", "/me")).status).toBe(200);
	await rig.db.accounts.endSession(owner.sid);
	await expect.poll(async () => (await owner.call("GET", "/me")).status, { timeout: 5_000, interval: 250 }).toBe(401);
});

test("a change of role takes effect within five seconds", async () => {
	const tenant = await rig.newTenant();
	const person = await tenant.member("editor");
	const make = async () => (await person.call("POST", `/t/${tenant.slug}/flows`, { name: "Pumps" })).status;
	expect(await make()).toBe(201);
	await rig.db.accounts.setRole(tenant.id, person.userId, "viewer");
	await expect.poll(make, { timeout: 5_000, interval: 250 }).toBe(403);
});

test("the last owner stays owner", async () => {
	const tenant = await rig.newTenant();
	await expect(rig.db.accounts.setRole(tenant.id, tenant.owner.userId, "viewer")).rejects.toThrow("at least one owner");
});

/** Another character well inside the text: the last one of base64 may hold bits that mean nothing. */
function changed(cookie: string): string {
	const at = cookie.length - 10;
	return cookie.slice(0, at) + (cookie.charAt(at) === "A" ? "B" : "A") + cookie.slice(at + 1);
}

test("a cookie that we did not write is nobody", async () => {
	const { owner } = await rig.newTenant();
	for (const cookie of ["weir.session=", "weir.session=abc", changed(owner.cookie), owner.cookie.replace("weir.session", "other")]) {
		expect((await rig.call("GET", "/me", undefined, { cookie })).status).toBe(401);
	}
});

test.each([
	["another site's page", { "sec-fetch-site": "cross-site" }, 403],
	["a sibling host's page", { "sec-fetch-site": "same-site" }, 403],
	["an old browser on our page", { "sec-fetch-site": "", origin: "http://weir.test" }, 201],
	["an old browser on another page", { "sec-fetch-site": "", origin: "http://evil.test" }, 403],
	["no browser at all", { "sec-fetch-site": "" }, 403],
	["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
])("a change asked for by %s", async (_who, headers, status) => {
	const tenant = await rig.newTenant();
	const answer = await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, { name: "Pumps" }, headers);
	expect(answer.status).toBe(status);
});

test("a refusal is problem details as RFC 9457 has them, whatever refuses", async () => {
	const tenant = await rig.newTenant();
	const answers = [
		await rig.call("GET", "/me"),
		await tenant.owner.call("GET", "/no/such/address"),
		await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, { name: "" }),
		await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, "{not json"),
	];
	for (const { status, headers, body } of answers) {
		expect(headers.get("content-type")).toBe("application/problem+json");
		expect(body).toMatchObject({ type: "about:blank", status, detail: body.error.message });
		expect(body.instance).toBe(`urn:uuid:${headers.get("x-request-id")}`);
	}
	expect(answers.map(({ body }) => body.title)).toEqual(["Unauthorized", "Not Found", "Bad Request", "Bad Request"]);
	const { body: document } = await rig.call("GET", "/openapi.json");
	expect(Object.keys(document.paths["/me"].get.responses.default.content)).toEqual(["application/problem+json"]);
});

test("a failure of ours tells its request id and nothing of the inside", async () => {
	const tenant = await rig.newTenant();
	const broken = await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, "{not json");
	expect(broken.body.error).toMatchObject({ code: "REQUEST_INVALID", message: "The body is not valid JSON." });
	expect(broken.headers.get("x-request-id")).toBe(broken.body.error.requestId);
	const large = await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, { name: "x".repeat(5_000_000) });
	expect(large.body.error.code).toBe("REQUEST_TOO_LARGE");
});
