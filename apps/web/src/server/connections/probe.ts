import { readConnection, type Secrets, type ConnectionStep as Step } from "@weir/connections";
import { connectionKinds } from "@weir/connections/kinds";
import { isWeirError, WeirError } from "@weir/errors";
import type { BrowseEntry, ConnectionStep, ConnectionTest } from "../api/contract/index.ts";

/** A stored connection with its secrets open. */
export interface OpenedConnection {
	readonly type: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Secrets;
	/** Kept by Weir itself: it may lead into our own network. */
	readonly managed: boolean;
}

/** Reaches outside systems on behalf of a person who looks on. */
export interface ConnectionProbe {
	/** Tries a connection step by step; never throws for what the other side does. `onStep` is told each step as it ends. */
	test(connection: OpenedConnection, onStep?: (step: ConnectionStep) => void): Promise<ConnectionTest>;
	/** What stands below a path; throws a WeirError when the other side does not answer. */
	browse(connection: OpenedConnection, path: readonly string[]): Promise<BrowseEntry[]>;
}

const TITLES = {
	name: "Address",
	port: "Port",
	encryption: "Encryption",
	"sign-in": "Sign-in",
	members: "Brokers",
	permission: "Rights",
} as const satisfies Record<Step["step"], string>;

/** `networks`: what the operator opens to connections besides the public internet. */
export function createProbe(networks: readonly string[]): ConnectionProbe {
	const rulesOf = ({ managed }: OpenedConnection) => (managed ? "anywhere" : { networks });
	return {
		async test(connection, onStep) {
			try {
				const { connector, config } = await openKind(connection);
				const tested = await connector.test(config, {
					rules: rulesOf(connection),
					...(onStep === undefined ? {} : { onStep: (step) => onStep(toStep(step)) }),
				});
				return { ok: tested.ok, steps: tested.steps.map(toStep) };
			} catch (error) {
				if (!isWeirError(error)) throw error;
				return { ok: false, steps: [{ step: "Settings", ok: false, message: error.message }] };
			}
		},
		async browse(connection, path) {
			const { connector, config } = await openKind(connection);
			const found = await connector.browse(config, path, { rules: rulesOf(connection) });
			return found.map(({ columns, ...entry }) => ({ ...entry, ...(columns === undefined ? {} : { columns: [...columns] }) }));
		},
	};
}

async function openKind({ type, config, secrets }: OpenedConnection) {
	const kind = connectionKinds.get(type);
	if (kind === undefined)
		throw new WeirError("NODE_CONFIG_INVALID", `There is no kind of connection called ${type}; delete it and make a new one.`);
	const { definition } = kind;
	return { connector: await definition.connector(), config: readConnection(definition, config, secrets) };
}

function toStep({ step, ok, message, certificate }: Step): ConnectionStep {
	const shown =
		certificate === undefined
			? {}
			: { certificate: { subject: certificate.subject, issuer: certificate.issuer, expiresAt: certificate.expiresAtMs } };
	return { step: TITLES[step], ok, message, ...shown };
}
