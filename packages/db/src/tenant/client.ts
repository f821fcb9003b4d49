import { PrismaPg } from "@prisma/adapter-pg";
import { WeirError } from "@weir/errors";
import { PrismaClient } from "../../generated/client.ts";
import { asDatabaseError } from "../operator/pool.ts";
import { scopeTo } from "./scope.ts";

export type ScopedClient = Parameters<Parameters<ReturnType<typeof scopeTo>["$transaction"]>[0]>[0];

/** Runs `act` in one transaction in which nothing but the tenant's rows can be seen or written. */
export type InTenant = <T>(act: (tx: ScopedClient) => Promise<T>) => Promise<T>;

export function openClient(appUrl: string, connections: number): PrismaClient {
	return new PrismaClient({
		adapter: new PrismaPg({ connectionString: appUrl, max: connections, connectionTimeoutMillis: 20_000 }, { onPoolError: () => {} }),
	});
}

/** Interactive transactions only: a batch transaction would set the tenant on one connection and query on another. */
export function inTenant(client: PrismaClient, tenantId: string): InTenant {
	const scoped = scopeTo(client, tenantId);
	return async (act) => {
		try {
			return await scoped.$transaction(
				async (tx) => {
					await tx.$queryRaw`select set_config('app.tenant', ${tenantId}, true)`;
					return act(tx);
				},
				{ maxWait: 20_000, timeout: 20_000 },
			);
		} catch (error) {
			throw sortPrismaError(error);
		}
	};
}

function sortPrismaError(error: unknown): unknown {
	const { code } = error as { code?: string };
	// No connection, no transaction in time, server closed it.
	if (code === "P1001" || code === "P1002" || code === "P1008" || code === "P1017" || code === "P2024" || code === "P2028") {
		return new WeirError("DATABASE_UNAVAILABLE", "The control database does not answer; try again in a moment.", { cause: error });
	}
	// An id that is no UUID names nothing; the database only says so in its own words.
	if (code === "P2007" || code === "P2023" || (code === "P2010" && JSON.stringify(error).includes("22P02"))) {
		return new WeirError("ACCESS_NOT_FOUND", "There is nothing with this id.", { cause: error });
	}
	return asDatabaseError(error);
}

/** A row that is unique by name is there already. */
export function isTaken(error: unknown): boolean {
	return (error as { code?: string }).code === "P2002";
}
