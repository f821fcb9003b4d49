export type { Accounts, Attempt, Membership, SignedInUser, SignUpRequest } from "./accounts/accounts.ts";
export { type Database, type DatabaseOptions, openDatabase } from "./database.ts";
export { deviceOfToken, hmacOfToken, isTokenOf, newDeviceId, newDeviceToken, pepperId } from "./devices/token.ts";
export { endpointSettingsSchema, type StoredEndpointSettings } from "./endpoint-settings.ts";
export type { DeletedFlow, DeletedTenant, Erasures } from "./erasure/erasures.ts";
export type { Remains } from "./erasure/remains.ts";
export { type DoorCredential, type DoorDevice, type DoorEndpoint, type GatewayStore, openGateway } from "./gateway/gateway-store.ts";
export type { Operator, WantedSimulation } from "./operator/operator.ts";
export { APP_ROLE, appDatabaseUrl, migrate } from "./schema/migrate.ts";
export { createSealer, type SealedPlace, type Sealer } from "./secrets/sealer.ts";
export type { AuditEntry } from "./tenant/audit.ts";
export type { ConnectionChange, NewCheck, NewConnection, StoredConnection } from "./tenant/connections.ts";
export type { DeadLetterFilter, DeadLetterGroup, DeadLetterPage, LetterChoice, StoredDeadLetter } from "./tenant/dead-letters.ts";
export type { Deploy, DeployResult } from "./tenant/deploys.ts";
export { type IssuedToken, isLive, type StoredCredential, type StoredDevice } from "./tenant/devices.ts";
export type { DraftSave, DraftSaved, WantedEndpoint } from "./tenant/drafts.ts";
export type { Endpoints, StoredEndpoint } from "./tenant/endpoints.ts";
export { contentHash, type StoredDraft, type StoredFlow, type StoredVersion } from "./tenant/flows.ts";
export type { FlowJob } from "./tenant/job-row.ts";
export type { FlowAction, StoredEvent, StoredRollup } from "./tenant/jobs.ts";
export type { TenantStore } from "./tenant/open-tenant.ts";
export type { NewReplay, ReplayAbout, StoredReplay } from "./tenant/replays.ts";
export { openWorkers } from "./worker/open-workers.ts";
export type {
	ChosenRetention,
	DeadLetterRow,
	OpenConnection,
	OutlivedJob,
	RollupRow,
	SourceEndpoint,
	StoredAncestor,
	StoredFailure,
	StoredJob,
	StoredTask,
	TaskPlace,
	TaskState,
	WorkerStore,
} from "./worker/worker-store.ts";
