export type { ConnectionDefinition, ConnectionStep, ConnectionTest, TestOptions } from "./definition.ts";
export { allowedAddress, GuardedSocket, guardedConnect, type OutboundRules, PUBLIC_ONLY } from "./outbound/guard.ts";
export { isPublicUnicast, readNetworks } from "./outbound/public-address.ts";
export { type BrowsedTable, browsePostgres } from "./postgres/browse.ts";
export { type OpenedPostgres, openPostgres, type PostgresOptions } from "./postgres/client.ts";
export { type PostgresConfig, postgresConfigSchema } from "./postgres/config.ts";
export { postgresConnection } from "./postgres/definition.ts";
export { blamesRows, postgresFailure, sqlStateOf } from "./postgres/failure.ts";
