import { defineConnection } from "../definition.ts";
import { type S3Config, s3ConfigSchema } from "./config.ts";

/** Amazon S3, and what speaks like it. */
export const definition = defineConnection<S3Config>({
	type: "s3",
	title: "S3",
	summary: "Files in a bucket of Amazon S3, MinIO, Ceph, R2 or another store that speaks S3.",
	config: s3ConfigSchema,
	target: ({ endpoint = "", bucket = "", prefix = "" }) => `${String(endpoint).replace(/\/$/, "")}/${bucket}/${prefix}`.replace(/\/$/, ""),
	connector: async () => (await import("./connector.ts")).connector,
});
