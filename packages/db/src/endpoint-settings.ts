import * as z from "zod";

/** What a door must know of a source, as stored; the shape is node-kit's `EndpointSettings`. */
export const endpointSettingsSchema = z.object({
	format: z.enum(["json", "senml"]),
	keyField: z.string().exactOptional(),
	messageIdField: z.string().exactOptional(),
	topicFilter: z.string().exactOptional(),
	maxRecordBytes: z.number(),
	allowQueryToken: z.boolean().exactOptional(),
});

export type StoredEndpointSettings = z.infer<typeof endpointSettingsSchema>;
