import { randomBytes, randomUUID } from "node:crypto";
import type { Role } from "@weir/access";
import { createRedisLog } from "@weir/backends";
import { appDatabaseUrl, createSealer, type Database, openDatabase, openWorkers, type TenantStore, type WorkerStore } from "@weir/db";
import { loadParser } from "@weir/expressions";
import { catalogue } from "@weir/nodes/definitions";
import { templates } from "@weir/nodes/templates";
import { encodeRawFrame, encodeRecord } from "@weir/records";
import type { Log } from "@weir/runtime";
import { silentLogger } from "@weir/telemetry";
import { createDatabase } from "@weir/tooling";
import { inject } from "vitest";
import { createApi } from "../src/server/api/app.ts";
import type { FlowDetail } from "../src/server/api/contract/index.ts";
import type { ApiServices } from "../src/server/api/services.ts";
import { cookieTextFor, createSessions, SESSION_LIFE_MS } from "../src/server/auth/sessions.ts";
import { INCOMING } from "../src/server/front/incoming.ts";
import { type ControlBus, openControlBus } from "../src/server/live/control-bus.ts";
import { createHub, type LiveHub } from "../src/server/live/hub.ts";
import { createObserver } from "../src/server/live/observer.ts";

const SECRET = "a secret of the tests that is long enough";
const ORIGIN = "http://weir.test";

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
	readonly body: any;
}

export interface Person {
	readonly userId: string;
	readonly email: string;
	readonly sid: string;
	readonly cookie: string;
	call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface TestTenant {
	readonly id: string;
	readonly slug: string;
	readonly store: TenantStore;
	readonly owner: Person;
	/** A new person with this role. */
	member(role: Role): Promise<Person>;
}

export interface ApiRig {
	readonly db: Database;
	readonly workers: WorkerStore;
	readonly log: Log;
	readonly bus: ControlBus;
	readonly live: LiveHub;
	readonly api: ReturnType<typeof createApi>;
	readonly appUrl: string;
	newTenant(name?: string): Promise<TestTenant>;
	/** Asks as somebody who is not signed in. */
	call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
	/** A flow made from a template, with its endpoints. */
	newFlow(tenant: TestTenant, template?: string): Promise<FlowDetail>;
	/** Appends a record to an endpoint as a door would. */
	post(tenant: TestTenant, endpoint: string, key: string, text: string): Promise<void>;
	close(): Promise<void>;
}

export async function openApiRig(options: { readonly connections?: number } = {}): Promise<ApiRig> {
	await loadParser();
	const { databaseUrl, templateDatabase, redisUrl, redisDataUrl } = inject("services");
	const name = `api_${randomUUID().slice(0, 8)}`;
	const ownerUrl = await createDatabase(databaseUrl, name, templateDatabase);
	const resultsUrl = await createDatabase(databaseUrl, `${name}_results`);
	const appUrl = appDatabaseUrl(ownerUrl);
	const sealer = createSealer(randomBytes(32).toString("base64"));
	const db = openDatabase({ appUrl, resultsUrl, sealer, pepper: "pepper of the tests", ...options });
	const workers = openWorkers({ appUrl, resultsUrl, sealer });
	const log = createRedisLog(redisDataUrl);
	const bus = openControlBus(redisUrl);
	const observer = createObserver(bus);
	const live = createHub({ bus, observer, log, tickMs: 100 });
	const sessions = createSessions({ accounts: db.accounts, secret: SECRET, publicUrl: ORIGIN });
	const services: ApiServices = {
		db,
		sessions,
		catalogue,
		templates: templates.map(({ id, title, summary, needs, flow }) => ({ id, title, summary, needs, flow })),
		logName: "redis",
		log,
		keepMs: 86_400_000,
		bus,
		observer,
		live,
		logger: silentLogger,
		gateway: { httpUrl: "http://doors.test:8080", mqttUrl: "mqtt://doors.test:1883" },
		connections: {
			test: async (_connection, onStep) => {
				const step = { step: "Address", ok: true, message: "It is there." };
				onStep?.(step);
				return { ok: true, steps: [step] };
			},
			browse: async () => [{ name: "public", kind: "schema", hasChildren: true }],
		},
		now: Date.now,
	};
	const api = createApi(services);

	async function call(
		cookie: string | undefined,
		method: string,
		path: string,
		body?: unknown,
		extra: Readonly<Record<string, string>> = {},
	) {
		const headers = new Headers({ host: "weir.test", "sec-fetch-site": "same-origin", [INCOMING.address]: "10.0.0.1" });
		if (cookie !== undefined) headers.set("cookie", cookie);
		if (body !== undefined) headers.set("content-type", "application/json");
		for (const [header, value] of Object.entries(extra))
			if (value === "") headers.delete(header);
			else headers.set(header, value);
		const text = typeof body === "string" ? body : JSON.stringify(body);
		const response = await api.request(`${ORIGIN}${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
		const isJson = response.headers.get("content-type")?.includes("json") === true;
		return { status: response.status, headers: response.headers, body: isJson ? await response.json() : await response.text() };
	}

	async function signIn(userId: string, email: string): Promise<Person> {
		const sid = await db.accounts.startSession(userId, { ip: "10.0.0.1", agent: "vitest" }, SESSION_LIFE_MS);
		const cookie = `weir.session=${await cookieTextFor(sid, SECRET)}`;
		return { userId, email, sid, cookie, call: (method, path, body, headers) => call(cookie, method, path, body, headers) };
	}

	async function signUp(tenantName: string) {
		const email = `${randomUUID()}@example.com`;
		const made = await db.accounts.signUp({ name: "Ada", email, password: "three pumps in a row", tenantName });
		if (made === undefined) throw new Error("The e-mail is taken.");
		return { ...made, person: await signIn(made.userId, email) };
	}

	let seq = 0;
	return {
		db,
		workers,
		log,
		bus,
		live,
		api,
		appUrl,
		call: (method, path, body, headers) => call(undefined, method, path, body, headers),
		async newTenant(tenantName = "Acme Cold Chain") {
			const { tenantId, slug, person } = await signUp(tenantName);
			return {
				id: tenantId,
				slug,
				store: db.openTenant(tenantId),
				owner: person,
				async member(role) {
					const { person: other } = await signUp("Elsewhere");
					await db.accounts.addMember(tenantId, other.userId, role);
					return other;
				},
			};
		},
		async newFlow(tenant, template = "pump-averages") {
			const { body } = await tenant.owner.call("POST", `/t/${tenant.slug}/flows`, { name: "Pumps", template });
			return body;
		},
		async post(tenant, endpoint, key, text) {
			const frame = encodeRawFrame(Date.now(), [encodeRecord({ key, topic: "", payload: new TextEncoder().encode(text) })]);
			await log.append({ tenant: tenant.id, stream: `e:${endpoint}` }, 0, frame, 1, { id: `test-${endpoint}`, seq: ++seq });
		},
		async close() {
			live.close();
			observer.close();
			bus.close();
			await Promise.all([db.close(), workers.close(), log.close()]);
		},
	};
}
