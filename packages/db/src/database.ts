import { type Accounts, openAccounts } from "./accounts/accounts.ts";
import { asOperator, type Operator } from "./operator/operator.ts";
import { openOperatorPool, queryRows } from "./operator/pool.ts";
import type { Sealer } from "./secrets/sealer.ts";
import { openClient } from "./tenant/client.ts";
import { type TenantStore, tenantStore } from "./tenant/open-tenant.ts";

export interface DatabaseOptions {
	/** Address for the role weir_app (`APP_DATABASE_URL`). */
	readonly appUrl: string;
	/** Administrator's address of the results database. */
	readonly resultsUrl: string;
	readonly sealer: Sealer;
	/** Keys the HMAC of device tokens. */
	readonly pepper: string;
	/** At most this many connections for tenants' work; half as many beside them for accounts. */
	readonly connections?: number;
}

/** The control database as the web server sees it. No Prisma client leaves it. */
export interface Database {
	/** The only way to a tenant's rows. Check membership first: the id decides what is seen. */
	openTenant(tenantId: string): TenantStore;
	readonly accounts: Accounts;
	/** For the few jobs that cross tenants; leaves an audit row with the reason. */
	asOperator(reason: string): Promise<Operator>;
	ping(): Promise<void>;
	close(): Promise<void>;
}

export function openDatabase(options: DatabaseOptions): Database {
	const connections = options.connections ?? 8;
	const client = openClient(options.appUrl, connections);
	const pool = openOperatorPool(options.appUrl, Math.max(2, Math.ceil(connections / 2)));
	return {
		openTenant: (tenantId) => tenantStore(client, tenantId, options),
		accounts: openAccounts({ pool, sealer: options.sealer, resultsUrl: options.resultsUrl }),
		asOperator: (reason) => asOperator(pool, options.sealer, options.resultsUrl, reason),
		async ping() {
			await queryRows(pool, "select 1");
		},
		async close() {
			await Promise.all([client.$disconnect(), pool.end()]);
		},
	};
}
