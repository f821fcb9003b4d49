export { deviceOfToken, hmacOfToken, isTokenOf, newDeviceId, newDeviceToken, pepperId } from "./devices/token.ts";
export { endpointSettingsSchema, type StoredEndpointSettings } from "./endpoint-settings.ts";
export { type DoorCredential, type DoorDevice, type DoorEndpoint, type GatewayStore, openGateway } from "./gateway/gateway-store.ts";
export { APP_ROLE, appDatabaseUrl, migrate } from "./schema/migrate.ts";
export { createSealer, type SealedPlace, type Sealer } from "./secrets/sealer.ts";
export { openWorkers } from "./worker/open-workers.ts";
export type {
	DeadLetterRow,
	OpenConnection,
	RollupRow,
	SourceEndpoint,
	StoredFailure,
	StoredJob,
	StoredTask,
	TaskPlace,
	TaskState,
	WorkerStore,
} from "./worker/worker-store.ts";
