import { openPostgres, type Secrets } from "@weir/connections";
import { WeirError } from "@weir/errors";
import type { Stage } from "@weir/planner";
import type { Checkpoint, TaskRef } from "@weir/runtime";
import { POSTGRES_AUTHORITY_SETTINGS, PostgresAuthority } from "./authority-postgres.ts";
import { KeptOpen } from "./kept-open.ts";
import type { LogCommits } from "./open-log.ts";

/** A connection with its secrets open. */
export interface OpenedConnection {
	readonly type: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Secrets;
	/** Kept by Weir itself: it may lead into our own network. */
	readonly managed: boolean;
}

/** Finds a tenant's connection; undefined when it is gone. */
export type FindConnection = (tenant: string, connection: string) => Promise<OpenedConnection | undefined>;

/** Commit authorities of the databases that sinks write to, one per connection of a tenant. */
export class SinkAuthorities {
	readonly #find: FindConnection;
	readonly #sessions: number;
	readonly #networks: readonly string[];
	readonly #open = new KeptOpen((tenant, connection) => this.#connect(tenant, connection));

	/** `networks`: what the operator opens to connections besides the public internet. */
	constructor(find: FindConnection, sessions: number, networks: readonly string[]) {
		this.#networks = networks;
		this.#find = find;
		this.#sessions = sessions;
	}

	/** Throws CONNECTION_TARGET_MISSING when the connection is gone. */
	of(tenant: string, connection: string): Promise<PostgresAuthority> {
		return this.#open.of(tenant, connection);
	}

	/** Reads checkpoints wherever a stage commits, without taking the task. */
	checkpointReader(inLog: LogCommits) {
		return async (task: TaskRef, authority: Stage["authority"]): Promise<Checkpoint | undefined> =>
			(authority.type === "log" ? inLog : await this.of(task.tenant, authority.connection)).read(task);
	}

	close(): Promise<void> {
		return this.#open.close();
	}

	async #connect(tenant: string, id: string): Promise<PostgresAuthority> {
		const connection = await this.#find(tenant, id);
		if (connection === undefined) {
			throw new WeirError("CONNECTION_TARGET_MISSING", "The connection of this sink is gone; choose another one and deploy again.");
		}
		if (connection.type !== "postgres") {
			throw new WeirError("NODE_CONFIG_INVALID", `A sink for PostgreSQL was given a connection of type ${connection.type}.`);
		}
		const { pool, schema } = openPostgres(connection.config, connection.secrets, {
			max: this.#sessions,
			rules: connection.managed ? "anywhere" : { networks: this.#networks },
			settings: POSTGRES_AUTHORITY_SETTINGS,
		});
		return new PostgresAuthority(pool, schema);
	}
}
