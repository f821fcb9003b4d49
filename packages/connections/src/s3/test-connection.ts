import { randomUUID } from "node:crypto";
import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, ListObjectsV2Command, UploadPartCommand } from "@aws-sdk/client-s3";
import type { ConnectionTest, TestOptions } from "../definition.ts";
import { playSteps, reach, stepTime } from "../steps.ts";
import { s3Client } from "./client.ts";
import type { S3Config } from "./config.ts";
import { s3CodeOf, s3Failure } from "./failure.ts";

/** Tries name, port, encryption, sign-in and permission, and says at which step and why it ends. It leaves nothing behind. */
export async function testS3(config: S3Config, options: TestOptions): Promise<ConnectionTest> {
	const { bucket, prefix } = config;
	const url = new URL(config.endpoint);
	const isSecure = url.protocol === "https:";
	const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
	const host = (config.pathStyle ? url.hostname : `${bucket}.${url.hostname}`).replace(/^\[(.*)\]$/, "$1");
	const timeoutMs = stepTime(options);
	const client = s3Client(config, { rules: options.rules, connectionTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs, attempts: 1 });
	try {
		return await playSteps(options, s3Failure, async (attempt) => {
			await reach(attempt, { host, port, ...(isSecure ? { trust: config } : {}) }, options);
			await attempt(
				"sign-in",
				async () => {
					try {
						await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
						return true;
					} catch (error) {
						// Writing takes no right to list; a key that is wrong is called otherwise.
						if (s3CodeOf(error) === "AccessDenied") return false;
						throw error;
					}
				},
				(mayList) =>
					mayList
						? `Signed in; the bucket ${bucket} is there.`
						: `Signed in; the key may not list the bucket ${bucket}, so that it cannot be browsed.`,
			);
			await attempt(
				"permission",
				async () => {
					const place = {
						Bucket: bucket,
						Key: `${prefix}${prefix === "" || prefix.endsWith("/") ? "" : "/"}weir-connection-test-${randomUUID()}`,
					};
					const { UploadId } = await client.send(new CreateMultipartUploadCommand(place));
					try {
						await client.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: "test" }));
					} finally {
						await client.send(new AbortMultipartUploadCommand({ ...place, UploadId }));
					}
				},
				() => `Objects may be written to ${bucket}${prefix === "" ? "" : `/${prefix}`}: an upload was begun and given up again.`,
			);
		});
	} finally {
		client.destroy();
	}
}
