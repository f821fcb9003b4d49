import { type APIRequestContext, expect, request } from "@playwright/test";

/** Somebody who signed up and is signed in, with the API of their tenant. */
export interface Person {
	readonly email: string;
	readonly password: string;
	readonly slug: string;
	readonly tenantId: string;
	/** GET of a path below `/api/v1/t/<slug>`; throws unless it answers 2xx. */
	get<T>(path: string): Promise<T>;
	post<T>(path: string, body?: unknown): Promise<T>;
	put<T>(path: string, body: unknown): Promise<T>;
	readonly context: APIRequestContext;
}

let people = 0;

/** Signs up a new tenant and signs in, over the public addresses only. */
export async function signUp(web: string, tenantName = "Waterworks"): Promise<Person> {
	const email = `person-${process.pid}-${++people}-${Date.now()}@example.org`;
	const password = "correct horse battery staple";
	const context = await request.newContext({ baseURL: web, extraHTTPHeaders: { origin: web } });
	const made = await context.post("/api/v1/sign-up", { data: { name: "Ada", email, password, tenantName } });
	expect(made.ok(), await made.text()).toBe(true);
	await signIn(context, email, password);
	const me = (await (await context.get("/api/v1/me")).json()) as { memberships: { tenant: { id: string; slug: string } }[] };
	const tenant = me.memberships[0]?.tenant;
	if (tenant === undefined) throw new Error("Whoever signs up has a tenant.");
	const call = async <T>(method: "get" | "post" | "put", path: string, body?: unknown): Promise<T> => {
		const answer = await context[method](`/api/v1/t/${tenant.slug}${path}`, method === "get" ? {} : { data: body ?? {} });
		if (!answer.ok()) throw new Error(`${method} ${path} answers ${answer.status()}: ${await answer.text()}`);
		return (answer.status() === 204 ? undefined : await answer.json()) as T;
	};
	return {
		email,
		password,
		slug: tenant.slug,
		tenantId: tenant.id,
		context,
		get: (path) => call("get", path),
		post: (path, body) => call("post", path, body),
		put: (path, body) => call("put", path, body),
	};
}

/** Signs in as the sign-in page does. */
async function signIn(context: APIRequestContext, email: string, password: string): Promise<void> {
	const { csrfToken } = (await (await context.get("/api/auth/csrf")).json()) as { csrfToken: string };
	const answer = await context.post("/api/auth/callback/credentials", { form: { csrfToken, email, password, json: "true" } });
	expect(answer.ok(), await answer.text()).toBe(true);
}
