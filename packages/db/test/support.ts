import { randomBytes, randomUUID } from "node:crypto";
import { EMPTY_FLOW, type Flow } from "@weir/flow";
import type { Plan } from "@weir/planner";
import { createDatabase } from "@weir/tooling";
import { inject } from "vitest";
import { appDatabaseUrl, createSealer, type Database, openDatabase, type Sealer, type TenantStore } from "../src/index.ts";

export interface Rig {
	readonly ownerUrl: string;
	readonly appUrl: string;
	readonly sealer: Sealer;
	readonly db: Database;
	/** A tenant with its owner. */
	newTenant(name?: string): Promise<{ readonly id: string; readonly slug: string; readonly owner: string; readonly store: TenantStore }>;
	close(): Promise<void>;
}

/** A migrated database of one's own. */
export async function openRig(options: { readonly connections?: number } = {}): Promise<Rig> {
	const { databaseUrl, templateDatabase } = inject("services");
	const name = `db_${randomUUID().slice(0, 8)}`;
	const ownerUrl = await createDatabase(databaseUrl, name, templateDatabase);
	const resultsUrl = await createDatabase(databaseUrl, `${name}_results`);
	const appUrl = appDatabaseUrl(ownerUrl);
	const sealer = createSealer(randomBytes(32).toString("base64"));
	const db = openDatabase({ appUrl, resultsUrl, sealer, pepper: "pepper of the tests", ...options });
	return {
		ownerUrl,
		appUrl,
		sealer,
		db,
		async newTenant(tenantName = "Acme Cold Chain") {
			const made = await db.accounts.signUp({
				name: "Ada",
				email: `${randomUUID()}@example.com`,
				password: "three pumps in a row",
				tenantName,
			});
			if (made === undefined) throw new Error("The e-mail is taken.");
			return { id: made.tenantId, slug: made.slug, owner: made.userId, store: db.openTenant(made.tenantId) };
		},
		close: () => db.close(),
	};
}

/** A drawing with one source node. */
export function aFlow(label = "Pumps"): Flow {
	const source = { id: "pumps", kind: "http-source", version: 1, label, config: {}, position: { x: 0, y: 0 } };
	return { ...EMPTY_FLOW, nodes: [source] };
}

export const anEndpoint = {
	node: "pumps",
	protocol: "http",
	settings: { format: "json", maxRecordBytes: 1_000 },
} as const;

export const aPlan: Plan = { planVersion: 1, stages: [], exchanges: [] };
