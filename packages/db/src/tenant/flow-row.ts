import { WeirError } from "@weir/errors";
import type { ScopedClient } from "./client.ts";

export function flowNotFound(): WeirError {
	return new WeirError("ACCESS_NOT_FOUND", "There is no such flow.");
}

/** Throws ACCESS_NOT_FOUND when the tenant has none with this id. */
export async function findFlow(tx: ScopedClient, id: string) {
	const flow = await tx.flow.findUnique({ where: { id } });
	if (!flow) throw flowNotFound();
	return flow;
}

/** Waits for other changes of the flow's versions and jobs, so that two deploys do not cross. */
export async function lockFlow(tx: ScopedClient, id: string): Promise<void> {
	const rows = await tx.$queryRaw<{ id: string }[]>`select id from flow where id = ${id}::uuid for update`;
	if (rows.length === 0) throw flowNotFound();
}
