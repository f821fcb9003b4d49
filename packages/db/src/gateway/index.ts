// What the doors need of the database, without Prisma: it starts in a third of the time.
export { deviceOfToken, hmacOfToken, isTokenOf, newDeviceId, newDeviceToken, pepperId } from "../devices/token.ts";
export type { StoredEndpointSettings } from "../endpoint-settings.ts";
export { type DoorCredential, type DoorDevice, type DoorEndpoint, type GatewayStore, openGateway } from "./gateway-store.ts";
