import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import {
	CreateBucketCommand,
	GetObjectCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Secret } from "@weir/errors";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { browseS3 } from "./browse.ts";
import { openS3, s3Client } from "./client.ts";
import type { S3Config } from "./config.ts";
import { s3Failure } from "./failure.ts";
import { testS3 } from "./test-connection.ts";

const { endpoint, accessKeyId, secretAccessKey } = inject("s3");
const rules = { networks: ["127.0.0.0/8"] };
const bucket = `weir-${randomUUID()}`;
const config: S3Config = {
	endpoint,
	region: "us-east-1",
	bucket,
	prefix: "in/here",
	pathStyle: true,
	accessKeyId,
	secretAccessKey: new Secret(secretAccessKey),
	tlsCa: "",
	tlsCertificate: "",
};
const { secretAccessKey: secret, ...stored } = config;
const client = s3Client(config, { rules });
const target = openS3(stored, secret === undefined ? {} : { secretAccessKey: secret }, { rules });

beforeAll(async () => {
	await client.send(new CreateBucketCommand({ Bucket: bucket }));
});

const object = (key: string, text: string, manifest?: string) => ({
	key,
	body: new TextEncoder().encode(text),
	contentType: "text/plain",
	rows: 1,
	...(manifest === undefined ? {} : { manifest }),
});
const keys = async () => ((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key);
const textOf = async (key: string) => (await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body?.transformToString();
const waiting = async () => ((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).map(({ Key }) => Key);

describe("an object", () => {
	it("is seen by nobody until it is settled, and settling again changes nothing", async () => {
		const token = await target.upload(object("a/one.txt", "hello"));
		expect(await keys()).not.toContain("in/here/a/one.txt");
		expect(await target.settle([token])).toEqual([]);
		expect(await textOf("in/here/a/one.txt")).toBe("hello");
		expect(await target.settle([token])).toEqual([]);
		expect(await textOf("in/here/a/one.txt")).toBe("hello");
	});

	it("of several parts is whole", async () => {
		const body = Buffer.alloc(17 * 1024 * 1024, "0123456789");
		await target.settle([await target.upload({ key: "large.bin", body, contentType: "application/octet-stream", rows: 0 })]);
		const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: "in/here/large.bin" }));
		expect(body.equals(Buffer.from((await found.Body?.transformToByteArray()) ?? []))).toBe(true);
	});

	it("that is given up never appears, and giving up what was settled does no harm", async () => {
		const [kept, given] = [await target.upload(object("kept.txt", "k")), await target.upload(object("given-up.txt", "g"))];
		await target.settle([kept]);
		await target.abandon([kept, given]);
		expect(await keys()).toContain("in/here/kept.txt");
		expect(await keys()).not.toContain("in/here/given-up.txt");
		expect(await waiting()).not.toContain("in/here/given-up.txt");
		expect(await target.settle([given])).toEqual([{ name: `s3://${bucket}/in/here/given-up.txt`, rows: 1 }]);
	});

	it("never takes the place of another", async () => {
		const token = await target.upload(object("taken.txt", "ours"));
		await client.send(new PutObjectCommand({ Bucket: bucket, Key: "in/here/taken.txt", Body: "theirs" }));
		await expect(target.settle([token])).rejects.toMatchObject({
			code: "NODE_CONFIG_INVALID",
			message: expect.stringContaining("taken.txt"),
		});
		expect(await textOf("in/here/taken.txt")).toBe("theirs");
	});

	it("is listed once, also where several list at the same time", async () => {
		const tokens = await Promise.all([1, 2, 3, 4].map((n) => target.upload(object(`m/${n}.txt`, String(n), "_manifest/hour.json"))));
		await Promise.all(tokens.map((token) => target.settle([token])));
		await target.settle(tokens);
		const listed = JSON.parse((await textOf("in/here/_manifest/hour.json")) ?? "").objects as { key: string }[];
		expect(listed.map(({ key }) => key).sort()).toEqual([1, 2, 3, 4].map((n) => `in/here/m/${n}.txt`));
	});
});

describe("a connection to S3", () => {
	const lastStep = async (changed: Partial<S3Config>) =>
		(await testS3({ ...config, ...changed }, { rules, timeoutMs: 3_000 })).steps.at(-1);

	it("works, says so step by step, and leaves nothing behind", async () => {
		const before = await waiting();
		const tested = await testS3(config, { rules });
		expect(tested.steps.map(({ step, ok }) => [step, ok])).toEqual([
			["name", true],
			["port", true],
			["sign-in", true],
			["permission", true],
		]);
		expect(await waiting()).toEqual(before);
	});

	it("ends at the step that fails, with a sentence that helps", async () => {
		expect(await lastStep({ endpoint: "http://no-such-host.invalid" })).toMatchObject({ step: "name", ok: false });
		expect(await lastStep({ bucket: `weir-${randomUUID()}` })).toMatchObject({
			step: "sign-in",
			ok: false,
			message: expect.stringContaining("bucket does not exist"),
		});
		expect(await lastStep({ accessKeyId: "nobody" })).toMatchObject({
			step: "sign-in",
			ok: false,
			message: expect.stringContaining("access key id"),
		});
		expect(await lastStep({ secretAccessKey: new Secret("wrong") })).toMatchObject({
			step: "sign-in",
			ok: false,
			message: expect.stringContaining("secret access key"),
		});
		expect(await lastStep({ endpoint: endpoint.replace("http:", "https:") })).toMatchObject({ step: "encryption", ok: false });
	});

	it("is looked into: buckets, folders and files", async () => {
		await target.settle([await target.upload(object("seen/file.txt", "12345"))]);
		expect(await browseS3(config, [], { rules })).toContainEqual({ name: bucket, kind: "bucket", hasChildren: true });
		expect(await browseS3(config, [bucket, "in"], { rules })).toEqual([{ name: "here", kind: "folder", hasChildren: true }]);
		expect(await browseS3(config, [bucket, "in", "here", "seen"], { rules })).toEqual([
			{ name: "file.txt", kind: "file", hasChildren: false, note: "5 bytes" },
		]);
	});

	it("reaches no private network, whatever it is called", async () => {
		for (const host of ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]", "2130706433"]) {
			const closed = openS3(
				{ ...stored, endpoint: `http://${host}:${new URL(endpoint).port}` },
				{ secretAccessKey: new Secret("x") },
				{ attempts: 1 },
			);
			await expect(closed.upload(object("x", "x"))).rejects.toMatchObject({
				code: "CONNECTION_DENIED",
				message: expect.stringContaining("private network"),
			});
		}
	});

	it("follows no redirect", async () => {
		let asked = 0;
		const server = createServer((_request, response) => {
			asked += 1;
			response.writeHead(307, { location: `${endpoint}/${bucket}/x` }).end();
		}).listen(0, "127.0.0.1");
		await new Promise((resolve) => server.once("listening", resolve));
		const address = server.address();
		const moved = openS3(
			{ ...stored, endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}` },
			{ secretAccessKey: new Secret("x") },
			{ rules, attempts: 1 },
		);
		await expect(moved.upload(object("x", "x"))).rejects.toMatchObject({
			code: "CONNECTION_TARGET_MISSING",
			message: expect.stringContaining("elsewhere"),
		});
		expect(asked).toBe(1);
		await Promise.all([moved.close(), new Promise((resolve) => server.close(resolve))]);
	});

	it("sorts what S3 says by who can put it right", () => {
		const answer = (name: string, httpStatusCode: number) => Object.assign(new Error("said"), { name, $metadata: { httpStatusCode } });
		const codes = [
			["SlowDown", 503],
			["InternalError", 500],
			["TooManyRequests", 429],
			["IncompleteBody", 400],
			["AccessDenied", 403],
			["RequestTimeTooSkewed", 403],
			["NoSuchBucket", 404],
			["InvalidArgument", 400],
		] as const;
		expect(codes.map(([name, status]) => s3Failure(answer(name, status)).code)).toEqual([
			"SINK_UNAVAILABLE",
			"SINK_UNAVAILABLE",
			"SINK_UNAVAILABLE",
			"CONNECTION_LOST",
			"CONNECTION_DENIED",
			"SINK_UNAVAILABLE",
			"CONNECTION_TARGET_MISSING",
			"NODE_CONFIG_INVALID",
		]);
	});
});
