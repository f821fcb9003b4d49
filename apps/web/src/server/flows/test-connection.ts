import { lookup } from "node:dns/promises";
import { openPostgres, postgresFailure } from "@weir/connections";
import { asWeirError, Secret } from "@weir/errors";
import type { ConnectionTest } from "../api/contract/index.ts";

type Step = ConnectionTest["steps"][number];

/** Tries a connection step by step and stops at the first that fails; the step's message says what to do. */
export async function testConnection(type: string, config: Readonly<Record<string, unknown>>, password: string): Promise<ConnectionTest> {
	if (type !== "postgres") {
		return { ok: false, steps: [{ step: "Type", ok: false, message: `Connections of type ${type} cannot be tested.` }] };
	}
	const steps: Step[] = [];
	const host = String(config.host ?? "");
	const found = await attempt(steps, "Address", async () => {
		const { address } = await lookup(host);
		return `${host} is ${address}.`;
	});
	if (!found) return { ok: false, steps };
	const { pool, schema } = openPostgres(config, new Secret(password), { max: 1 });
	try {
		const signedIn = await attempt(steps, "Sign-in", async () => {
			const { rows } = await pool.query<{ version: string }>("select current_setting('server_version') as version");
			return `PostgreSQL ${rows[0]?.version ?? ""} lets the user in.`;
		});
		if (!signedIn) return { ok: false, steps };
		const allowed = await attempt(steps, "Rights", async () => {
			const text = "select coalesce(has_schema_privilege(to_regnamespace($1)::oid, 'create'), false) as may";
			const { rows } = await pool.query<{ may: boolean }>(text, [schema]);
			if (rows[0]?.may !== true) throw new Error(`The user may not make tables in the schema ${schema}: grant create on it.`);
			return `The user may make tables in the schema ${schema}.`;
		});
		return { ok: allowed, steps };
	} finally {
		await pool.end();
	}
}

async function attempt(steps: Step[], step: string, act: () => Promise<string>): Promise<boolean> {
	try {
		steps.push({ step, ok: true, message: await act() });
		return true;
	} catch (error) {
		const isOwnSentence = step === "Rights" && error instanceof Error && !("code" in error);
		steps.push({ step, ok: false, message: isOwnSentence ? error.message : asWeirError(postgresFailure(error)).message });
		return false;
	}
}
