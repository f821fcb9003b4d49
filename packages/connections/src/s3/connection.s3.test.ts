import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Secret } from "@weir/errors";
import { inject } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { readConnection } from "../read.ts";
import { s3Client } from "./client.ts";
import { definition } from "./definition.ts";

const { endpoint, accessKeyId, secretAccessKey } = inject("s3");
const url = new URL(endpoint);
const bucket = `weir-${randomUUID()}`;
const secrets = { secretAccessKey: new Secret(secretAccessKey) };
const base = { accessKeyId, bucket, prefix: "lake" };

describeConnection(definition, async () => {
	const client = s3Client(readConnection(definition, { ...base, endpoint }, secrets), { rules: "anywhere" });
	await client.send(new CreateBucketCommand({ Bucket: bucket }));
	await client.send(new PutObjectCommand({ Bucket: bucket, Key: "lake/pumps/one.csv", Body: "n" }));
	client.destroy();
	return {
		target: { host: url.hostname, port: Number(url.port) },
		at: (host, port) => readConnection(definition, { ...base, endpoint: `http://${host}:${port}` }, secrets),
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, secretAccessKey: new Secret(WRONG) }),
		encrypted: (config, trust) => ({ ...config, ...trust, endpoint: config.endpoint.replace("http:", "https:") }),
		browse: [
			{ path: [], finds: { name: bucket, kind: "bucket", hasChildren: true } },
			{ path: [bucket], finds: { name: "lake", kind: "folder", hasChildren: true } },
			{ path: [bucket, "lake", "pumps"], finds: { name: "one.csv", kind: "file", hasChildren: false } },
		],
	};
}, ["rights"]);
