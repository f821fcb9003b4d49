import * as z from "zod";
import { type ConnectionField, secretField, trustFields, urlField } from "../fields.ts";

/** How to reach a bucket of S3, or of what speaks like it. */
export const s3ConfigSchema = z.object({
	endpoint: urlField({
		title: "Endpoint",
		placeholder: "https://s3.eu-central-1.amazonaws.com",
		help: "The address of the service, without the bucket.",
	}),
	region: z
		.string()
		.trim()
		.min(1, "Enter the region; services that have none take us-east-1.")
		.max(63)
		.default("us-east-1")
		.meta({ title: "Region" } satisfies ConnectionField),
	bucket: z
		.string()
		.trim()
		.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "A bucket's name has 3 to 63 small letters, digits, dots and dashes.")
		.meta({ title: "Bucket" } satisfies ConnectionField),
	prefix: z
		.string()
		.trim()
		.max(500)
		.regex(/^(?!\/)(?!.*\/\/)[^\\]*$/, "Write it as a/b: without a slash in front, and none twice.")
		.default("")
		.meta({ title: "Prefix", placeholder: "weir/", help: "In front of every key. Empty: the whole bucket." } satisfies ConnectionField),
	pathStyle: z
		.boolean()
		.default(true)
		.meta({
			title: "Bucket in the path",
			help: "Off: the bucket is part of the host's name. Some services know only one of the two.",
			advanced: true,
		} satisfies ConnectionField),
	accessKeyId: z
		.string()
		.trim()
		.min(1, "Enter the access key id.")
		.max(200)
		.meta({ title: "Access key id" } satisfies ConnectionField),
	secretAccessKey: secretField({ title: "Secret access key" }),
	...trustFields(),
});

export type S3Config = z.infer<typeof s3ConfigSchema>;
