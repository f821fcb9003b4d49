/** Names of what is cached, so that a change can say what it made stale. */
export const KEYS = {
	flows: (tenant: string) => ["t", tenant, "flows"] as const,
	flow: (tenant: string, flow: string) => ["t", tenant, "flow", flow] as const,
	overview: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "overview"] as const,
	job: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "job"] as const,
	history: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "history"] as const,
	events: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "events"] as const,
	flowEndpoints: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "endpoints"] as const,
	replays: (tenant: string, flow: string) => ["t", tenant, "flow", flow, "replays"] as const,
	version: (tenant: string, flow: string, version: number) => ["t", tenant, "flow", flow, "version", version] as const,
	templates: (tenant: string) => ["t", tenant, "templates"] as const,
	endpoints: (tenant: string) => ["t", tenant, "endpoints"] as const,
	storage: (tenant: string, endpoint: string) => ["t", tenant, "endpoints", endpoint, "storage"] as const,
	devices: (tenant: string) => ["t", tenant, "devices"] as const,
	device: (tenant: string, device: string) => ["t", tenant, "devices", device] as const,
	deadLetters: (tenant: string) => ["t", tenant, "dead-letters"] as const,
	connections: (tenant: string) => ["t", tenant, "connections"] as const,
	connection: (tenant: string, connection: string) => ["t", tenant, "connection", connection] as const,
	connectionKinds: (tenant: string) => ["t", tenant, "connection-kinds"] as const,
	browse: (tenant: string, connection: string, path: readonly string[]) =>
		["t", tenant, "connection", connection, "browse", ...path] as const,
};
