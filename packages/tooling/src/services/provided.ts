import type {} from "vitest";

/** Addresses of the real services a test run starts once; a test file gets them by `inject("services")`. */
export interface TestServices {
	/** A migrated database that all test files may use; prefer a database of your own (`createDatabase`). */
	readonly databaseUrl: string;
	/** Name of a migrated database that nobody connects to: copy it with `createDatabase(databaseUrl, name, templateDatabase)`. */
	readonly templateDatabase: string;
	/** Control Redis. */
	readonly redisUrl: string;
	/** Data Redis: append-only file, fsync always. */
	readonly redisDataUrl: string;
}

/** A real S3 server, for the files of the project `s3`; each takes a bucket of its own. */
export interface TestS3 {
	readonly endpoint: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	/** The server's process. */
	readonly pid: number;
}

declare module "vitest" {
	interface ProvidedContext {
		services: TestServices;
		/** Address of a real Kafka, for the files of the project `kafka`. */
		kafkaBrokers: string;
		s3: TestS3;
	}
}
