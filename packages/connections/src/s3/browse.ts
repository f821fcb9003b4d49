import { ListBucketsCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { BrowseEntry, ConnectOptions } from "../definition.ts";
import { stepTime } from "../steps.ts";
import { s3Client } from "./client.ts";
import type { S3Config } from "./config.ts";
import { s3Failure, statusOf } from "./failure.ts";

const MOST = 500;

/** Buckets; below a bucket its folders and files, below a folder likewise. */
export async function browseS3(config: S3Config, path: readonly string[], options: ConnectOptions): Promise<readonly BrowseEntry[]> {
	const timeoutMs = stepTime(options);
	const client = s3Client(config, { rules: options.rules, connectionTimeoutMs: timeoutMs, requestTimeoutMs: timeoutMs, attempts: 1 });
	const [bucket, ...folders] = path;
	try {
		return bucket === undefined ? await buckets(client, config) : await objects(client, bucket, folders);
	} catch (error) {
		throw s3Failure(error);
	} finally {
		client.destroy();
	}
}

async function buckets(client: S3Client, config: S3Config): Promise<readonly BrowseEntry[]> {
	try {
		const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
		return Buckets.slice(0, MOST).map(({ Name = "" }) => ({ name: Name, kind: "bucket", hasChildren: true }));
	} catch (error) {
		// Keys of one bucket may not see the others.
		if (statusOf(error) !== 403) throw error;
		return [{ name: config.bucket, kind: "bucket", hasChildren: true }];
	}
}

async function objects(client: S3Client, bucket: string, folders: readonly string[]): Promise<readonly BrowseEntry[]> {
	const Prefix = folders.map((folder) => `${folder}/`).join("");
	const request = { Bucket: bucket, Prefix, Delimiter: "/", MaxKeys: MOST };
	const { CommonPrefixes = [], Contents = [] } = await client.send(new ListObjectsV2Command(request));
	const nameOf = (key = "") => key.slice(Prefix.length).replace(/\/$/, "");
	return [
		...CommonPrefixes.map((one) => ({ name: nameOf(one.Prefix), kind: "folder", hasChildren: true })),
		...Contents.filter(({ Key }) => Key !== Prefix).map(({ Key, Size = 0 }) => ({
			name: nameOf(Key),
			kind: "file",
			hasChildren: false,
			note: `${Size.toLocaleString("en")} bytes`,
		})),
	];
}
