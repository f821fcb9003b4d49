import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { WeirError } from "@weir/errors";
import * as z from "zod";
import { s3CodeOf, s3Failure, statusOf } from "./failure.ts";
import type { Upload } from "./upload.ts";

const manifestSchema = z.object({
	objects: z.array(z.object({ key: z.string(), bytes: z.number(), rows: z.number(), sha256: z.string() })),
});

const ATTEMPTS = 5;

/**
 * Adds objects to the list of its time. Adding twice changes nothing, and the list is only replaced as it was read: whoever else adds to it,
 * and however late, nothing falls out.
 */
export async function addToManifest(client: S3Client, key: string, uploads: readonly Upload[]): Promise<void> {
	const bucket = uploads[0]?.bucket ?? "";
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		try {
			const { listed, etag } = await read(client, bucket, key);
			const known = new Set(listed.map((one) => one.key));
			const added = uploads.filter((upload) => !known.has(upload.key));
			if (added.length === 0) return;
			const objects = [...listed, ...added.map(({ key: name, bytes, rows, sha256 }) => ({ key: name, bytes, rows, sha256 }))];
			const Body = `{"objects":[\n${objects.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;
			const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
			await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: "application/json", Body, ...condition }));
			return;
		} catch (error) {
			// Somebody else changed it in between.
			if (statusOf(error) !== 412 && statusOf(error) !== 409) throw s3Failure(error);
		}
	}
	throw new WeirError("SINK_UNAVAILABLE", `The manifest s3://${bucket}/${key} is changed by others all the time.`);
}

async function read(client: S3Client, bucket: string, key: string) {
	try {
		const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		const parsed = manifestSchema.safeParse(JSON.parse((await found.Body?.transformToString()) ?? ""));
		if (!parsed.success) throw new SyntaxError("not a manifest");
		return { listed: parsed.data.objects, etag: found.ETag };
	} catch (error) {
		if (error instanceof SyntaxError) {
			throw new WeirError(
				"NODE_CONFIG_INVALID",
				`s3://${bucket}/${key} is no manifest of Weir; move it away, or give the flow another path.`,
			);
		}
		if (s3CodeOf(error) === "NoSuchKey" || statusOf(error) === 404) return { listed: [], etag: undefined };
		throw error;
	}
}
