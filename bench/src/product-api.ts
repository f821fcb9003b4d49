/** The public API of the demo tenant. */
export interface Api {
	get<T>(path: string): Promise<T>;
	post<T>(path: string, body?: unknown): Promise<T>;
}

/** Signs the demo person in, as the sign-in page does. */
export async function signInDemo(web: string, password: string): Promise<Api> {
	const cookies = new Map<string, string>();
	const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
		const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const answer = await fetch(`${web}${path}`, { ...init, redirect: "manual", headers: { origin: web, cookie, ...init.headers } });
		for (const line of answer.headers.getSetCookie()) {
			const [pair = ""] = line.split(";");
			cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
		}
		return answer;
	};
	const json = async <T>(answer: Response): Promise<T> => {
		if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}: ${await answer.text()}`);
		return (answer.status === 204 ? undefined : await answer.json()) as T;
	};
	const { csrfToken } = await json<{ csrfToken: string }>(await call("/api/auth/csrf"));
	await call("/api/auth/callback/credentials", {
		method: "POST",
		headers: { "content-type": "application/x-www-form-urlencoded" },
		body: new URLSearchParams({ csrfToken, email: "demo@weir.local", password, json: "true" }).toString(),
	});
	const me = await json<{ memberships: { tenant: { slug: string } }[] }>(await call("/api/v1/me"));
	const base = `/api/v1/t/${me.memberships[0]?.tenant.slug}`;
	return {
		get: async (path) => json(await call(base + path)),
		post: async (path, body = {}) =>
			json(await call(base + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })),
	};
}
