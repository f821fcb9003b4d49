import { createHash } from "node:crypto";
import {
	AbortMultipartUploadCommand,
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	HeadObjectCommand,
	type S3Client,
	UploadPartCommand,
} from "@aws-sdk/client-s3";
import { WeirError } from "@weir/errors";
import type { S3Config } from "./config.ts";
import { s3CodeOf, s3Failure, statusOf } from "./failure.ts";
import { addToManifest } from "./manifest.ts";
import { packUpload, readUpload, type Upload } from "./upload.ts";

/** An object to be written. */
export interface S3Object {
	/** Below the connection's prefix. */
	readonly key: string;
	readonly body: Uint8Array;
	readonly contentType: string;
	readonly contentEncoding?: string;
	readonly rows: number;
	/** Key of the list, below the prefix, that gets the object's name and hash once it is there. */
	readonly manifest?: string;
}

/** All parts but the last have to be of 5 MiB at least. */
const PART_BYTES = 8 * 1024 * 1024;
const SHA256 = "weir-sha256";

/**
 * A bucket, written in two steps: an object is uploaded in parts, which nobody sees, and completed when the token of the upload has been committed.
 * What is never completed never becomes an object.
 */
export class S3Target {
	readonly #client: S3Client;
	readonly #bucket: string;
	readonly #prefix: string;

	constructor(client: S3Client, config: Pick<S3Config, "bucket" | "prefix">) {
		this.#client = client;
		this.#bucket = config.bucket;
		this.#prefix = config.prefix === "" || config.prefix.endsWith("/") ? config.prefix : `${config.prefix}/`;
	}

	/** Uploads an object without completing it; answers the token that `settle` takes. */
	async upload({ body, contentType, contentEncoding, rows, ...object }: S3Object): Promise<Uint8Array> {
		const sha256 = createHash("sha256").update(body).digest("hex");
		const place = { Bucket: this.#bucket, Key: this.#prefix + object.key };
		const manifest = object.manifest === undefined ? {} : { manifest: this.#prefix + object.manifest };
		const encoding = contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding };
		let uploadId: string | undefined;
		try {
			const headers = { ContentType: contentType, ...encoding, Metadata: { [SHA256]: sha256, "weir-rows": String(rows) } };
			({ UploadId: uploadId } = await this.#client.send(new CreateMultipartUploadCommand({ ...place, ...headers })));
			const etags: string[] = [];
			for (let from = 0; from === 0 || from < body.length; from += PART_BYTES) {
				const part = { ...place, UploadId: uploadId, PartNumber: etags.length + 1, Body: body.subarray(from, from + PART_BYTES) };
				const { ETag } = await this.#client.send(new UploadPartCommand(part));
				etags.push(ETag ?? "");
			}
			const { Bucket: bucket, Key: key } = place;
			return packUpload({ bucket, key, uploadId: uploadId ?? "", etags, bytes: body.length, sha256, rows, ...manifest });
		} catch (error) {
			if (uploadId !== undefined) await this.#abort({ bucket: place.Bucket, key: place.Key, uploadId });
			throw s3Failure(error);
		}
	}

	/** Completes uploads, whether or not that has happened before, and lists them in their manifests. Answers those that are neither waiting nor there. */
	async settle(tokens: readonly Uint8Array[]): Promise<readonly { readonly name: string; readonly rows: number }[]> {
		const uploads = tokens.map(readUpload);
		const gone: { name: string; rows: number }[] = [];
		const lists = new Map<string, Upload[]>();
		for (const upload of uploads) {
			if (!(await this.#complete(upload))) {
				gone.push({ name: `s3://${upload.bucket}/${upload.key}`, rows: upload.rows });
				continue;
			}
			if (upload.manifest === undefined) continue;
			lists.set(upload.manifest, [...(lists.get(upload.manifest) ?? []), upload]);
		}
		for (const [manifest, some] of lists) await addToManifest(this.#client, manifest, some);
		return gone;
	}

	/** Aborts uploads that are not to be completed. Best effort: what is left behind is cleared by the bucket's rule for unfinished uploads. */
	async abandon(tokens: readonly Uint8Array[]): Promise<void> {
		await Promise.all(tokens.map((token) => this.#abort(readUpload(token))));
	}

	async close(): Promise<void> {
		this.#client.destroy();
	}

	/** False: there is neither an upload nor the object. */
	async #complete(upload: Upload): Promise<boolean> {
		const { bucket, key, uploadId, etags } = upload;
		const Parts = etags.map((ETag, i) => ({ PartNumber: i + 1, ETag }));
		const request = { Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts } };
		try {
			// An object of this name may be there only because it was completed before.
			await this.#client.send(new CompleteMultipartUploadCommand({ ...request, IfNoneMatch: "*" }));
			return true;
		} catch (error) {
			if (statusOf(error) === 501) return this.#completeAnyhow(request);
			const isOver = s3CodeOf(error) === "NoSuchUpload" || statusOf(error) === 412 || statusOf(error) === 404;
			if (!isOver || s3CodeOf(error) === "NoSuchBucket") throw s3Failure(error);
			return this.#isThere(upload);
		}
	}

	/** For services that know no conditions. */
	async #completeAnyhow(request: ConstructorParameters<typeof CompleteMultipartUploadCommand>[0]): Promise<boolean> {
		try {
			await this.#client.send(new CompleteMultipartUploadCommand(request));
			return true;
		} catch (error) {
			throw s3Failure(error);
		}
	}

	/** The very object. Throws where another one stands in its place. */
	async #isThere({ bucket, key, bytes, sha256 }: Upload): Promise<boolean> {
		try {
			const found = await this.#client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
			if (found.ContentLength === bytes && found.Metadata?.[SHA256] === sha256) return true;
		} catch (error) {
			if (statusOf(error) === 404) return false;
			throw s3Failure(error);
		}
		throw new WeirError(
			"NODE_CONFIG_INVALID",
			`Somebody else's object stands at s3://${bucket}/${key}, where this flow has to put one of its own; move it away, or give the flow another path.`,
		);
	}

	async #abort({ bucket, key, uploadId }: Pick<Upload, "bucket" | "key" | "uploadId">): Promise<void> {
		await this.#client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId })).catch(() => {});
	}
}
