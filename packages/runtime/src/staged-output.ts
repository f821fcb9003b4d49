import { createHash } from "node:crypto";
import { asWeirError, withPlace } from "@weir/errors";
import type { OutputRange, RejectedRow, SinkOperator } from "@weir/node-kit";
import { ByteReader, ByteWriter } from "@weir/records";
import type { Checkpoint, Position, TaskRef } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { unpackPart } from "./state-part.ts";
import type { StoredState } from "./stored-state.ts";
import { positionText, taskName } from "./task-name.ts";

/** Under this name the tokens of a sink stand beside the states of the operators; no node is called so, and no version takes them over. */
function partName(node: string): string {
	return `staged/${node}`;
}

/** What the sink of a stage brought to its outside target, from the commit that names it until it is settled there. */
export class StagedOutput {
	readonly #options: StageTaskOptions;
	readonly #node: string | undefined;
	#tokens: readonly Uint8Array[] = [];

	/** `stored`: what the checkpoint has, by node. Throws STATE_CORRUPT. */
	constructor(options: StageTaskOptions, stored: ReadonlyMap<string, StoredState>) {
		this.#options = options;
		this.#node = options.stage.outside?.node;
		const snapshot = this.#node === undefined ? undefined : stored.get(partName(this.#node))?.snapshot;
		if (snapshot !== undefined) this.#tokens = unpackTokens(snapshot);
	}

	/** The node whose sink writes outside; undefined: the stage has none. */
	get node(): string | undefined {
		return this.#node;
	}

	/** Tokens that a commit is about to store, or that one stored. */
	get tokens(): readonly Uint8Array[] {
		return this.#tokens;
	}

	/** What the state book keeps of it. */
	get keepers(): readonly { readonly node: string; readonly told: number; readonly operator: { snapshot(): Uint8Array } }[] {
		const told = Number.NEGATIVE_INFINITY;
		return this.#node === undefined ? [] : [{ node: partName(this.#node), told, operator: { snapshot: () => packTokens(this.#tokens) } }];
	}

	/** Lets the sink bring what it holds to the target; its tokens are part of the commit that follows. */
	async write(sink: SinkOperator, range: OutputRange, reject: (record: RejectedRow) => void): Promise<void> {
		const target = await this.#open();
		const tokens: Uint8Array[] = [];
		this.#tokens = [];
		await sink.write({ target, range, reject, stage: (token: Uint8Array) => tokens.push(token) });
		this.#tokens = tokens;
	}

	/** Makes visible what the last commit stored. Repeated until it succeeds, by whoever has the task then, before anything else is read. */
	async settle(): Promise<void> {
		if (this.#tokens.length === 0) return;
		const { failpoint, tell } = this.#options;
		await failpoint?.("settle:before");
		const target = await this.#open();
		const gone = await this.#named(() => target.settle(this.#tokens));
		this.#tokens = [];
		for (const { name, rows } of gone) tell?.({ type: "output-gone", name, rows });
		await failpoint?.("settle:after");
	}

	/** After a commit that was refused: gives up what it would have named. Kept is what the checkpoint names after all, for an answer that was lost fences too. */
	async abandon(): Promise<void> {
		if (this.#tokens.length === 0) return;
		const { authority, task } = this.#options;
		const checkpoint = await authority.commits.read(task);
		const stored = new Set(tokensIn(checkpoint).map(textOf));
		const refused = this.#tokens.filter((token) => !stored.has(textOf(token)));
		if (refused.length > 0) await (await this.#open()).abandon(refused);
	}

	async #open() {
		const { outside, stage } = this.#options;
		return this.#named(async () => {
			if (outside === undefined) throw new Error(`The stage ${stage.id} writes to a connection that nobody opens.`);
			return outside.open();
		});
	}

	/** Trouble with the target is shown at the sink. */
	async #named<T>(act: () => Promise<T>): Promise<T> {
		try {
			return await act();
		} catch (error) {
			throw withPlace(asWeirError(error), { nodeId: this.#node ?? "" });
		}
	}
}

/** The tokens that a checkpoint stores: what was committed and may not be settled yet. Throws STATE_CORRUPT. */
export function tokensIn(checkpoint: Pick<Checkpoint, "parts"> | undefined): readonly Uint8Array[] {
	return [...(checkpoint?.parts.values() ?? [])]
		.map(unpackPart)
		.filter(({ node }) => node.startsWith(partName("")))
		.flatMap(({ pieces }) => pieces.flatMap(({ bytes }) => unpackTokens(bytes)));
}

/** What a commit from one position to another is made of, by names that every owner of the task gives it. */
export function rangeOf(task: TaskRef, flow: string, node: string, from: Position, to: Position): OutputRange {
	return {
		tenant: task.tenant,
		flow,
		partition: task.partition,
		first: nameOf(from),
		last: nameOf(to),
		reading: hashOf(`${taskName(task)}\n${node}`).slice(0, 8),
	};
}

/** The entry where there is one place; else a hash of all of them. */
function nameOf(position: Position): string {
	const places = Object.keys(position).filter((key) => !key.endsWith("+"));
	const [place] = places;
	if (place === undefined) return "0";
	if (places.length > 1) return hashOf(positionText(position)).slice(0, 16);
	const done = position[`${place}+`];
	const entry = (position[place] || "0").replaceAll("-", ".").replaceAll(/[^\w.]/g, "_");
	return done === undefined ? entry : `${entry}+${done}`;
}

function hashOf(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}

function textOf(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("latin1");
}

/** `u32` how many, then each with its length. */
function packTokens(tokens: readonly Uint8Array[]): Uint8Array {
	const writer = new ByteWriter().u32(tokens.length);
	for (const token of tokens) writer.bytes(token);
	return writer.finish();
}

function unpackTokens(bytes: Uint8Array): readonly Uint8Array[] {
	const reader = new ByteReader(bytes);
	return Array.from({ length: reader.u32() }, () => reader.bytes().slice());
}
