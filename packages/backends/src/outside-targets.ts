import type { OutboundRules, Secrets } from "@weir/connections";
import { openS3 } from "@weir/connections/s3";
import { WeirError } from "@weir/errors";
import type { OutsideTarget } from "@weir/node-kit";
import type { Stage } from "@weir/planner";
import { type Checkpoint, type OutsideConnection, tokensIn } from "@weir/runtime";
import { KeptOpen } from "./kept-open.ts";
import type { FindConnection } from "./sink-authorities.ts";

type OpenTarget = OutsideTarget & { close(): Promise<void> };
type Opener = (config: Readonly<Record<string, unknown>>, secrets: Secrets, rules: OutboundRules) => OpenTarget;

/** By type of connection. */
const OPENERS: Readonly<Record<string, Opener>> = {
	s3: (config, secrets, rules) => openS3(config, secrets, { rules }),
};

/** Systems that sinks write to in two steps, one per connection of a tenant. */
export class OutsideTargets {
	readonly #open: KeptOpen<OpenTarget>;

	/** `networks`: what the operator opens to connections besides the public internet. */
	constructor(find: FindConnection, networks: readonly string[]) {
		this.#open = new KeptOpen(async (tenant, id) => {
			const connection = await find(tenant, id);
			if (connection === undefined) {
				throw new WeirError("CONNECTION_TARGET_MISSING", "The connection of this sink is gone; choose another one and deploy again.");
			}
			const opener = OPENERS[connection.type];
			if (opener === undefined) {
				const message = `A sink was given a connection of type ${connection.type}, which cannot be written in two steps.`;
				throw new WeirError("NODE_CONFIG_INVALID", message);
			}
			return opener(connection.config, connection.secrets, connection.managed ? "anywhere" : { networks });
		});
	}

	/** What a task of a stage is handed; undefined: the stage writes nowhere outside. */
	ofStage(tenant: string, { outside }: Pick<Stage, "outside">, flow: string): OutsideConnection | undefined {
		return outside === undefined ? undefined : { flow, open: () => this.#open.of(tenant, outside.connection) };
	}

	/** Makes visible what a task that runs no more has committed. Safe to repeat. */
	async settle(tenant: string, { outside }: Pick<Stage, "outside">, checkpoint: Pick<Checkpoint, "parts"> | undefined): Promise<void> {
		const tokens = outside === undefined ? [] : tokensIn(checkpoint);
		if (outside !== undefined && tokens.length > 0) await (await this.#open.of(tenant, outside.connection)).settle(tokens);
	}

	close(): Promise<void> {
		return this.#open.close();
	}
}
