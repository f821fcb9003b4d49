import type { TargetPort } from "@weir/canvas";
import { callApi } from "../../client/api.ts";
import { connectionApi } from "../../client/connections.ts";
import type { BrowseEntry, Connection, ConnectionDetail } from "../../client/contract.ts";

/** A system is not asked again for each letter. */
const KEEP_MS = 30_000;

/** Suggests what stands in the system of a connection. `all` are the tenant's connections as they are when somebody types. */
export function targetPort(tenant: string, all: () => readonly Connection[]): TargetPort {
	const kept = new Map<string, { readonly names: Promise<readonly string[]>; readonly atMs: number }>();
	return {
		namesOf(connection, connectionType, kind, within) {
			const id = connection ?? all().find(({ managed, type }) => managed && type === connectionType)?.id;
			if (id === undefined) return Promise.resolve([]);
			const key = JSON.stringify([id, kind, within]);
			const known = kept.get(key);
			if (known !== undefined && Date.now() - known.atMs < KEEP_MS) return known.names;
			const names = namesIn(tenant, id, kind, within);
			kept.set(key, { names, atMs: Date.now() });
			names.catch(() => kept.delete(key));
			return names;
		},
	};
}

async function namesIn(tenant: string, id: string, kind: string, within: string | undefined): Promise<readonly string[]> {
	const ofKind = (entries: readonly BrowseEntry[]) => entries.filter((entry) => entry.kind === kind).map(({ name }) => name);
	if (within !== undefined) return ofKind(await connectionApi.browse(tenant, id, [within]));
	const top = await connectionApi.browse(tenant, id, []);
	const found = ofKind(top);
	if (found.length > 0) return found;
	const { config } = await callApi<ConnectionDetail>(`/t/${tenant}/connections/${id}`);
	const place = top.find(({ name, hasChildren }) => hasChildren && name === config.schema);
	return place === undefined ? [] : ofKind(await connectionApi.browse(tenant, id, [place.name]));
}
