import type * as z from "zod";
import type { OutboundRules } from "./outbound/guard.ts";

/**
 * What an outside system is. Pure: the clients are loaded by `connector` only where a connection is used.
 * A kind is a folder with definition.ts, connector.ts, client.ts, docs.md and icon.svg; generate.ts finds it.
 */
export interface ConnectionDefinition<Config extends object = object> {
	/** Equals the folder's name; saved for ever. */
	readonly type: string;
	readonly title: string;
	/** One sentence in the dialog where a kind is chosen. */
	readonly summary: string;
	/**
	 * A zod object; each field has `.meta(ConnectionField)` and, where it can, a default. Fields made by `secretField` hold a `Secret`:
	 * they are stored sealed, apart from the rest, and no answer ever has them.
	 */
	readonly config: z.ZodType<Config>;
	/** Where it leads, without secrets: "db.example.com:5432/plant". May be given a config that is only half filled in. */
	target(config: Readonly<Record<string, unknown>>): string;
	connector(): Promise<Connector<Config>>;
}

/** Types the config from the schema and checks the shape at compile time. */
export function defineConnection<Config extends object>(definition: ConnectionDefinition<Config>): ConnectionDefinition<Config> {
	return Object.freeze(definition);
}

/** Tries and looks into an outside system. Every socket MUST go through the outbound guard. */
export interface Connector<Config extends object = object> {
	/** Tries the connection step by step; never throws for what the other side does, and always ends. */
	test(config: Config, options: TestOptions): Promise<ConnectionTest>;
	/** What stands below `path`; the empty path is the top. Throws a WeirError when the other side does not answer. */
	browse(config: Config, path: readonly string[], options: ConnectOptions): Promise<readonly BrowseEntry[]>;
}

export interface ConnectOptions {
	readonly rules: OutboundRules;
	/** How long one step may take; 5 s unless told. */
	readonly timeoutMs?: number;
}

export interface TestOptions extends ConnectOptions {
	/** Told each step as it ends. */
	onStep?(step: ConnectionStep): void;
}

/** One step of a test, in order; the first that fails is the last. */
export interface ConnectionStep {
	readonly step: "name" | "port" | "encryption" | "sign-in" | "members" | "permission";
	readonly ok: boolean;
	/** Whole sentence; of a step that failed, with what to do. */
	readonly message: string;
	/** What the other side showed, also when it is not trusted. */
	readonly certificate?: CertificateShown;
}

export interface CertificateShown {
	readonly subject: string;
	readonly issuer: string;
	readonly expiresAtMs: number;
}

export interface ConnectionTest {
	readonly ok: boolean;
	readonly steps: readonly ConnectionStep[];
}

/** One thing found in an outside system. */
export interface BrowseEntry {
	readonly name: string;
	/** One word: schema, table, topic, partition, bucket, folder, file, key, subject, version. */
	readonly kind: string;
	/** Something stands below: browse with its name added to the path. */
	readonly hasChildren: boolean;
	readonly columns?: readonly { readonly name: string; readonly type: string }[];
	/** What else is worth knowing: "3 partitions". */
	readonly note?: string;
}
