export {
	type BrowseEntry,
	type CertificateShown,
	type ConnectionDefinition,
	type ConnectionStep,
	type ConnectionTest,
	type ConnectOptions,
	type Connector,
	defineConnection,
	type TestOptions,
} from "./definition.ts";
export { networkFailure } from "./failure.ts";
export { type ConnectionField, hostField, portField, secretField, type TlsTrust, tlsFields, trustFields, urlField } from "./fields.ts";
export { allowedAddress, GuardedSocket, guardedConnect, type OutboundRules, PUBLIC_ONLY } from "./outbound/guard.ts";
export { isPublicUnicast, readNetworks } from "./outbound/public-address.ts";
export { guardedStream, tlsOptions } from "./outbound/tls.ts";
export { type OpenedPostgres, openPostgres, type PostgresOptions } from "./postgres/client.ts";
export { blamesRows, postgresFailure, sqlStateOf } from "./postgres/failure.ts";
export { readConnection, type Secrets, secretFieldsOf } from "./read.ts";
export { playSteps, reach, stepTime, within } from "./steps.ts";
