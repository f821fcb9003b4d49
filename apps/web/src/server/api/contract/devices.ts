import * as z from "zod";
import { idParams, timeSchema } from "./common.ts";
import { durabilitySchema } from "./storage.ts";

export const endpointSchema = z.object({
	id: z.string(),
	key: z.string(),
	flowId: z.string(),
	flowName: z.string(),
	nodeId: z.string(),
	nodeLabel: z.string(),
	protocol: z.enum(["http", "mqtt"]),
	/** HTTP: where to POST. MQTT: address of the broker. */
	url: z.string(),
	/** MQTT only: topic filter relative to the tenant. */
	topic: z.string().optional(),
	format: z.enum(["json", "senml"]),
	/** How sure an acknowledged record is; absent: the log does not answer. */
	durability: durabilitySchema.optional(),
	/** Records ever received; absent = the log does not answer. */
	records: z.number().optional(),
	lastRecordAt: timeSchema.optional(),
});

export const endpointParams = idParams.extend({ eid: z.string().min(1).max(64) });

export const topicQuery = z.object({ filter: z.string().min(1, "Give a topic filter, for example devices/+/telemetry.").max(500) });
export const topicMatchesSchema = z.object({
	/** Topics of the last day that the filter takes. */
	topics: z.int(),
	/** All topics of the last day; the newest thousand are remembered. */
	seen: z.int(),
});

/** Everything a device needs, ready to copy. The token is shown this once. */
export const connectedSchema = z.object({
	device: z.object({ id: z.string(), name: z.string() }),
	token: z.string(),
	/** HTTP only. */
	curl: z.string().optional(),
	mosquittoPub: z.string().optional(),
	/** A topic that the endpoint's filter matches. */
	topic: z.string().optional(),
	/** A record that fits the source. */
	example: z.string(),
});
export const connectSchema = z.strictObject({
	/** A device to go on with; absent: a new one. */
	deviceId: z.string().optional(),
	name: z.string().trim().min(1).max(80).optional(),
});

export const sampleSchema = z.object({
	fields: z.array(z.object({ name: z.string(), type: z.enum(["number", "integer", "boolean", "text", "timestamp", "json"]) })),
	/** Newest first, as text; cut at 4,000 characters each. */
	records: z.array(z.object({ text: z.string(), at: timeSchema, device: z.string() })),
});

export const simulationSchema = z.strictObject({
	/** Records per second over all devices. */
	perSecond: z.number().min(0.1).max(200).default(20),
	devices: z.int().min(1).max(100).default(10),
	minutes: z.int().min(1).max(120).default(30),
});
export const simulationStateSchema = z.object({ startedAt: timeSchema, endsAt: timeSchema });

const credentialSchema = z.object({
	id: z.string(),
	/** Last four characters of the token. */
	hint: z.string(),
	createdAt: timeSchema,
	notBefore: timeSchema,
	expiresAt: timeSchema.optional(),
	revokedAt: timeSchema.optional(),
	state: z.enum(["live", "waiting", "expired", "revoked"]),
});

export const deviceSchema = z.object({
	id: z.string(),
	name: z.string(),
	createdAt: timeSchema,
	lastSeenAt: timeSchema.optional(),
	lastEndpointId: z.string().optional(),
	liveCredentials: z.number(),
	/** Age of the newest live credential. */
	credentialCreatedAt: timeSchema.optional(),
});
export const deviceDetailSchema = deviceSchema.extend({ credentials: z.array(credentialSchema) });

export const newDeviceSchema = z.strictObject({ name: z.string().trim().min(1, "Give the device a name.").max(80) });
export const newCredentialSchema = z.strictObject({
	/** The other live credential ends after this: the overlap in which both work. Absent: it stays. */
	overlapHours: z.number().min(0).max(720).optional(),
});
/** The token is shown this once. */
export const issuedCredentialSchema = z.object({ device: deviceSchema, credential: credentialSchema, token: z.string() });
export const credentialParams = idParams.extend({ cid: z.string().min(1).max(64) });

export type Endpoint = z.infer<typeof endpointSchema>;
export type Connected = z.infer<typeof connectedSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type DeviceDetail = z.infer<typeof deviceDetailSchema>;
export type Credential = z.infer<typeof credentialSchema>;
export type IssuedCredential = z.infer<typeof issuedCredentialSchema>;
export type SimulationState = z.infer<typeof simulationStateSchema>;
export type TopicMatches = z.infer<typeof topicMatchesSchema>;
