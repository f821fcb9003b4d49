import { createSealer, type Database, openDatabase, type StoredEndpoint, type TenantStore } from "@weir/db";
import { invariant } from "@weir/errors";
import { loadParser } from "@weir/expressions";
import { catalogue } from "@weir/nodes/definitions";
import { type FlowTemplate, templates } from "@weir/nodes/templates";
import { exampleTopic } from "../flows/connect.ts";
import { streamsOf } from "../flows/grow.ts";
import { prepare } from "../flows/preview.ts";
import { wantedEndpoints } from "../flows/wanted-endpoints.ts";

export interface SeedOptions {
	readonly appUrl: string;
	readonly resultsUrl: string;
	readonly masterKey: string;
	readonly pepper: string;
	readonly email: string;
	readonly password: string;
	/** The devices' tokens are not known any more: make new ones. */
	readonly needsTokens: boolean;
}

/** Where a demo device sends, and with what; the simulator reads these. */
export interface DemoSource {
	/** Built-in fleet that sends what the source expects. */
	readonly scenario: string;
	readonly as: "http" | "mqtt";
	readonly endpoint: string;
	readonly topic?: string;
	readonly deviceId: string;
	readonly token: string;
}

/** Makes the demo tenant with every template as a running flow, unless they are there. Running it again changes nothing. */
export async function seedDemo(options: SeedOptions): Promise<{ readonly email: string; readonly sources: readonly DemoSource[] }> {
	await loadParser();
	const { appUrl, resultsUrl, pepper, email } = options;
	const db = openDatabase({ appUrl, resultsUrl, pepper, sealer: createSealer(options.masterKey), connections: 2 });
	try {
		const userId = await demoUser(db, options);
		const [membership] = await db.accounts.memberships(userId);
		invariant(membership !== undefined, "The demo account has no tenant.");
		const tenant = db.openTenant(membership.tenantId);
		// What a person deleted stays deleted: flows are made for a tenant that has none.
		const isNew = (await tenant.flows.all()).length === 0;
		for (const template of templates) await demoFlow(tenant, template, userId, isNew);
		return { email, sources: options.needsTokens ? await demoSources(tenant, userId) : [] };
	} finally {
		await db.close();
	}
}

async function demoUser(db: Database, { email, password }: SeedOptions): Promise<string> {
	const known = await db.accounts.userIdOf(email);
	if (known !== undefined) return known;
	const made = await db.accounts.signUp({ name: "Demo", email, password, tenantName: "Acme Cold Chain" });
	const userId = made?.userId ?? (await db.accounts.userIdOf(email));
	invariant(userId !== undefined, "The demo account could not be made.");
	return userId;
}

async function demoFlow(tenant: TenantStore, template: FlowTemplate, by: string, isNew: boolean): Promise<void> {
	const flows = await tenant.flows.all();
	const known = flows.find((flow) => flow.template === template.id);
	if (known === undefined ? !isNew : known.liveVersion !== undefined) return;
	const endpoints = wantedEndpoints(template.flow, catalogue);
	const id = known?.id ?? (await tenant.flows.create({ name: template.title, template: template.id, content: template.flow, by }));
	await tenant.drafts.ensureEndpoints(id, endpoints);
	const { draft } = await tenant.flows.get(id);
	const { plan, resolution } = prepare(draft.flow, catalogue, undefined, await streamsOf(tenant, id));
	invariant(plan !== undefined, `The template ${template.title} cannot run: ${resolution.problems[0]?.message ?? "it is empty"}`);
	const deploy = { rev: draft.rev, flow: draft.flow, plan, endpoints: wantedEndpoints(draft.flow, catalogue) };
	await tenant.deploys.deploy(id, { ...deploy, note: `From the template ${template.title}`, by, byName: "Demo" });
}

async function demoSources(tenant: TenantStore, by: string): Promise<readonly DemoSource[]> {
	const fleets = new Map<string, string>(templates.map((template) => [template.id, template.fleet]));
	const sources: DemoSource[] = [];
	for (const flow of await tenant.flows.all()) {
		const scenario = fleets.get(flow.template ?? "");
		if (scenario === undefined) continue;
		for (const endpoint of await tenant.endpoints.ofFlow(flow.id)) sources.push(await demoSource(tenant, endpoint, scenario, by));
	}
	return sources;
}

async function demoSource(tenant: TenantStore, endpoint: StoredEndpoint, scenario: string, by: string): Promise<DemoSource> {
	const name = `Demo: ${endpoint.nodeLabel}`.slice(0, 80);
	const { device, token } = await freshToken(tenant, name, by);
	const filter = endpoint.settings.topicFilter;
	return {
		scenario,
		as: endpoint.protocol,
		endpoint: endpoint.key,
		...(filter === undefined ? {} : { topic: exampleTopic(filter, device.id) }),
		deviceId: device.id,
		token,
	};
}

async function freshToken(tenant: TenantStore, name: string, by: string) {
	const known = (await tenant.devices.all()).find((device) => device.name === name);
	if (known === undefined) return tenant.devices.create(name, by);
	for (const credential of known.credentials)
		if (credential.revokedAtMs === undefined) await tenant.devices.revoke(known.id, credential.id);
	return tenant.devices.issue(known.id, by);
}
