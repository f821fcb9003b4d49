import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkers } from "../src/index.ts";
import { aFlow, anEndpoint, aPlan, openRig, type Rig } from "./support.ts";

let rig: Rig;
let owner: pg.Client;
let app: pg.Client;

beforeAll(async () => {
	rig = await openRig();
	owner = new pg.Client(rig.ownerUrl);
	app = new pg.Client(rig.appUrl);
	await Promise.all([owner.connect(), app.connect()]);
	for (const name of ["Acme", "Globex"]) await fill(name);
});

afterAll(async () => {
	await Promise.all([owner.end(), app.end()]);
	await rig.close();
});

/** At least one row in every table of a tenant. */
async function fill(name: string): Promise<void> {
	const { store, owner: by, id: tenant } = await rig.newTenant(name);
	const flow = await store.flows.create({ name, content: aFlow(), by });
	await store.drafts.ensureEndpoints(flow, [anEndpoint]);
	const deploy = { rev: 1, flow: aFlow(), plan: aPlan, endpoints: [anEndpoint], note: "", by, byName: "Ada" };
	const { jobId } = await store.deploys.deploy(flow, deploy);
	const { device, token } = await store.devices.create("pump-1", by);
	const settings = { perSecond: 1, devices: 1 };
	await store.simulations.start(flow, { device: device.id, token, settings, endsAtMs: Date.now() + 60_000, by });
	const workers = openWorkers({ appUrl: rig.appUrl, resultsUrl: rig.ownerUrl, sealer: rig.sealer });
	const job = await workers.job(jobId);
	if (job === undefined) throw new Error("The job is missing.");
	await workers.ensureTasks(job, [{ stage: "s1", partition: 0 }]);
	const letter = { node: "pumps", code: "RECORD_UNREADABLE", reason: "no JSON", position: "1", raw: Buffer.from("{") };
	await workers.putDeadLetters([{ ...letter, id: `${name}-1`, tenant, job: jobId }]);
	await workers.putRollups([{ tenant, job: jobId, minuteMs: 60_000, counters: { records: 1 }, readings: {} }]);
	await workers.close();
	const deleted = await store.flows.create({ name: `${name} before`, content: aFlow(), by });
	await store.drafts.ensureEndpoints(deleted, [anEndpoint]);
	await store.flows.remove(deleted);
}

async function tenantTables(): Promise<string[]> {
	const { rows } = await owner.query<{ name: string }>(
		"select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by 1",
	);
	return rows.map((row) => row.name);
}

test("every table with a tenant has row-level security, forced, with a wall and an operator's policy", async () => {
	const tables = await tenantTables();
	expect(tables.length).toBeGreaterThan(14);
	const { rows } = await owner.query(
		`select relname as table from pg_class c where relname = any($1) and relkind = 'r' and relrowsecurity and relforcerowsecurity
		and (select count(*) from pg_policy p where p.polrelid = c.oid and p.polname in ('tenant_wall', 'operator')) = 2 order by 1`,
		[[...tables, "tenant"]],
	);
	expect(rows.map((row) => row.table)).toEqual([...tables, "tenant"].sort());
});

test("a connection that names no tenant sees no row of any of them, though all have rows", async () => {
	for (const table of [...(await tenantTables()), "tenant"]) {
		const all = await owner.query(`select count(*)::int as n from ${table}`);
		expect([table, all.rows[0].n > 0]).toEqual([table, true]);
		const seen = await app.query(`select count(*)::int as n from ${table}`);
		expect([table, seen.rows[0].n]).toEqual([table, 0]);
	}
});

test("a connection that names one tenant sees that one's rows and cannot write another's", async () => {
	const { rows: tenants } = await owner.query<{ id: string }>("select id from tenant order by slug");
	const [acme, globex] = tenants.map((row) => row.id);
	await app.query("begin");
	await app.query("select set_config('app.tenant', $1, true)", [acme]);
	const { rows } = await app.query("select distinct tenant_id from flow");
	expect(rows).toEqual([{ tenant_id: acme }]);
	expect((await app.query("update flow set name = 'stolen' where tenant_id = $1", [globex])).rowCount).toBe(0);
	await expect(app.query("insert into flow (tenant_id, name) values ($1, 'planted')", [globex])).rejects.toThrow(/row-level security/);
	await app.query("rollback");
});

test("the app role owns nothing, passes no wall, and changes neither versions nor the audit log", async () => {
	const { rows } = await owner.query(
		"select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname in ('weir_app', 'weir_operator')",
	);
	expect(rows).toEqual(Array.from({ length: 2 }, () => ({ rolsuper: false, rolbypassrls: false, rolcreaterole: false })));
	const owned = await owner.query(
		"select count(*)::int as n from pg_tables where schemaname = 'public' and tableowner in ('weir_app', 'weir_operator')",
	);
	expect(owned.rows[0].n).toBe(0);
	for (const table of ["audit", "flow_version", "plan", "flow_event"]) {
		await expect(app.query(`update ${table} set tenant_id = tenant_id`)).rejects.toThrow(/permission denied/);
		await expect(app.query(`delete from ${table}`)).rejects.toThrow(/permission denied/);
	}
	await expect(app.query("select * from user_account")).rejects.toThrow(/permission denied/);
});

test("the operator deletes lines of the audit log only of a tenant that is deleted, with the tenant", async () => {
	const { id } = await rig.newTenant("Initech");
	const lines = async () => (await owner.query("select 1 from audit where tenant_id = $1", [id])).rowCount;
	const erase = async () => {
		await app.query("begin");
		await app.query("set local role weir_operator");
		const { rowCount } = await app.query("delete from audit where tenant_id = $1", [id]);
		await app.query("commit");
		return rowCount;
	};
	expect(await erase()).toBe(0);
	const operator = await rig.db.asOperator("its owner asked for it");
	await operator.eraseRows(id, {});
	expect(await lines()).toBeGreaterThan(0);
	expect(await operator.deleteTenant(id)).toBe(true);
	await operator.eraseRows(id, { jobs: 0 });
	expect(await lines()).toBe(0);
	expect(await operator.tenantIds()).not.toContain(id);
	const { rows } = await owner.query("select action, detail from audit where target = $1 order by id", [id]);
	expect(rows).toEqual([
		{ action: "tenant.delete", detail: { reason: "its owner asked for it" } },
		{ action: "tenant.erased", detail: { reason: "its owner asked for it", jobs: 0 } },
	]);
	expect(await operator.deleteTenant(id)).toBe(false);
});

test("no reference can cross from one tenant to another: each takes the tenant along", async () => {
	const { rows } = await owner.query<{ name: string; columns: string[]; target: string }>(
		`select c.conname as name, c.confrelid::regclass::text as target,
			(select array_agg(a.attname::text) from unnest(c.conkey) k join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k) as columns
		from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace`,
	);
	const crossing = rows.filter((row) => !["tenant", "user_account"].includes(row.target) && !row.columns.includes("tenant_id"));
	expect(crossing).toEqual([]);
});

test("1,000 parallel requests of two tenants over five connections never mix", { timeout: 60_000 }, async () => {
	const narrow = await openRig({ connections: 5 });
	const tenants = [await narrow.newTenant("Acme"), await narrow.newTenant("Globex")];
	const wrong = await Promise.all(
		Array.from({ length: 1_000 }, async (_, i) => {
			const { id, owner: expected } = tenants[i % 2] ?? { id: "", owner: "" };
			const members = await narrow.db.openTenant(id).members.all();
			return members.length === 1 && members[0]?.userId === expected ? 0 : 1;
		}),
	);
	expect(wrong.reduce<number>((sum, n) => sum + n, 0)).toBe(0);
	await narrow.close();
});
