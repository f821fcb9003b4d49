import type { Secret } from "@weir/errors";
import type * as z from "zod";
import type { OutboundRules } from "./outbound/guard.ts";

/** What an outside system is, how it is reached, tried and looked into. */
export interface ConnectionDefinition<Config> {
	/** Equals the folder's name; saved for ever. */
	readonly type: string;
	readonly title: string;
	readonly config: z.ZodType<Config>;
	/** What the one secret of the connection is called in the form. It is stored sealed and never read back. */
	readonly secretTitle: string;
	/** Tries the connection step by step; never throws for what the other side does. */
	test(config: Config, secret: Secret | undefined, options: TestOptions): Promise<ConnectionTest>;
}

export interface TestOptions {
	readonly rules: OutboundRules;
	readonly timeoutMs?: number;
}

/** One step of a test, in order; the first that fails is the last. */
export interface ConnectionStep {
	readonly step: "name" | "port" | "encryption" | "sign-in" | "permission";
	readonly ok: boolean;
	/** Whole sentence. */
	readonly message: string;
}

export interface ConnectionTest {
	readonly ok: boolean;
	readonly steps: readonly ConnectionStep[];
}
