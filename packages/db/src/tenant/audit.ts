import type { InTenant } from "./client.ts";
import { toJson } from "./flows.ts";

export interface AuditEntry {
	readonly actorId: string;
	readonly actor: string;
	readonly role: string;
	/** What was done, e.g. `flow.deploy`. */
	readonly action: string;
	readonly target?: string | undefined;
	readonly ip: string;
	readonly requestId: string;
	/** Before and after, without secrets. */
	readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

export interface AuditLog {
	add(entry: AuditEntry): Promise<void>;
	newest(limit: number): Promise<readonly (AuditEntry & { readonly atMs: number })[]>;
}

export function openAudit(run: InTenant): AuditLog {
	return {
		add: ({ target, detail, ...entry }) =>
			run(async (tx) => {
				await tx.audit.create({ data: { ...entry, target: target ?? null, detail: toJson(detail ?? {}) } });
			}),
		newest: (limit) =>
			run(async (tx) => {
				const rows = await tx.audit.findMany({ orderBy: { id: "desc" }, take: limit });
				return rows.map((row) => ({
					actorId: row.actorId ?? "",
					actor: row.actor,
					role: row.role ?? "",
					action: row.action,
					target: row.target ?? undefined,
					ip: row.ip ?? "",
					requestId: row.requestId ?? "",
					detail: row.detail as Record<string, unknown>,
					atMs: row.at.getTime(),
				}));
			}),
	};
}
