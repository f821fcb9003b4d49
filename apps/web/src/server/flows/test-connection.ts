import { postgresConfigSchema, postgresConnection } from "@weir/connections";
import type { Secret } from "@weir/errors";
import type { ConnectionTest } from "../api/contract/index.ts";

/** A stored connection with its secret open. */
export interface TestableConnection {
	readonly type: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly secret: Secret | undefined;
	/** Kept by Weir itself: it may lead into our own network. */
	readonly managed: boolean;
}

const TITLES = { name: "Address", port: "Port", encryption: "Encryption", "sign-in": "Sign-in", permission: "Rights" } as const;

/** Tries a connection step by step and stops at the first that fails; the step's message says what to do. */
export async function testConnection(connection: TestableConnection, networks: readonly string[]): Promise<ConnectionTest> {
	const refused = (message: string): ConnectionTest => ({ ok: false, steps: [{ step: "Settings", ok: false, message }] });
	if (connection.type !== postgresConnection.type) return refused(`Connections of type ${connection.type} cannot be tested.`);
	const config = postgresConfigSchema.safeParse(connection.config);
	if (!config.success) return refused(config.error.issues.map((issue) => issue.message).join(" "));
	const rules = connection.managed ? "anywhere" : { networks };
	const tested = await postgresConnection.test(config.data, connection.secret, { rules });
	return { ok: tested.ok, steps: tested.steps.map(({ step, ok, message }) => ({ step: TITLES[step], ok, message })) };
}
