import { type ChildProcess, fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "./rig.ts";
import { BOOKS, type Refusal, type Round, type RoundResult, type Wish } from "./round.ts";

/** Start of event time: a whole minute. */
const START_MS = 1_760_000_040_000;
const ROUND_MS = 1_000;

/** What clients do together: rounds of event time, which begin when everybody's last one is acknowledged. */
export class Load {
	/** Acknowledged records that must become dead letters. */
	dead = 0;
	readonly misbehaviour = new Set<string>();
	readonly #clients: readonly Client[];
	readonly #everyMs: number;
	#rounds = 0;
	#wishes: { readonly wish: Wish; readonly fulfilled: (isSent: boolean) => void }[] = [];
	#resting: Promise<void> | undefined;
	#rested: (() => void) | undefined;
	#isOver = false;

	private constructor(clients: readonly Client[], everyMs: number) {
		this.#clients = clients;
		this.#everyMs = everyMs;
	}

	/** A round takes at least `everyMs`: faults are to meet a product that has time to be right or wrong. */
	static async start(rig: Rig, folder: string, { count, seed, everyMs }: { count: number; seed: number; everyMs: number }): Promise<Load> {
		const clients: Client[] = [];
		for (let i = 0; i < count; i++) clients.push(await Client.start(rig, `c${i}`, folder, seed + i, i === count - 1));
		return new Load(clients, everyMs);
	}

	/** Rounds that have begun. */
	get rounds(): number {
		return this.#rounds;
	}

	/** Rows that `raw` must come to hold for what is acknowledged now; a little fewer while clients are within a round. */
	get keptAtLeast(): number {
		return this.#clients.reduce((sum, client) => sum + client.kept, 0);
	}

	/** Posts that were not taken, by their status; 0: there was no answer. */
	get refusals(): ReadonlyMap<number, number> {
		const all = new Map<number, number>();
		for (const client of this.#clients) for (const [status, times] of client.refusals) all.set(status, (all.get(status) ?? 0) + times);
		return all;
	}

	/** Files of the clients' books. */
	books(kind: (typeof BOOKS)[number]): readonly string[] {
		return this.#clients.map((client) => client.bookOf(kind));
	}

	/** Lines that must have become dead letters, as they were sent. */
	deadLines(): readonly string[] {
		return this.books("dead").flatMap((file) =>
			readFileSync(file, "utf8")
				.split("\n")
				.filter((line) => line !== "")
				.map((line): string => JSON.parse(line).raw),
		);
	}

	async send(goesOn: () => boolean): Promise<void> {
		try {
			while (goesOn() || this.#wishes.length > 0) {
				this.#rested?.();
				await this.#resting;
				const next = pause(this.#everyMs);
				const wished = this.#wishes.shift();
				await this.#round(wished?.wish ?? {});
				wished?.fulfilled(true);
				await next;
			}
		} finally {
			this.#isOver = true;
			this.#rested?.();
			for (const { fulfilled } of this.#wishes.splice(0)) fulfilled(false);
		}
	}

	/** Resolves when a round with what is wished is acknowledged; false: no more is sent. */
	wish(wish: Wish): Promise<boolean> {
		if (this.#isOver) return Promise.resolve(false);
		return new Promise((fulfilled) => this.#wishes.push({ wish, fulfilled }));
	}

	/** Nothing is under way until the answered function is called. */
	async rest(): Promise<{ round(wish: Wish): Promise<void>; goOn(): void }> {
		let goOn = () => {};
		const rested = new Promise<void>((resolve) => {
			this.#rested = resolve;
		});
		this.#resting = new Promise((resolve) => {
			goOn = resolve;
		});
		if (!this.#isOver) await rested;
		this.#rested = undefined;
		return {
			round: (wish) => this.#round(wish),
			goOn: () => {
				this.#resting = undefined;
				goOn();
			},
		};
	}

	end(): void {
		for (const client of this.#clients) client.end();
	}

	async #round(wish: Wish): Promise<void> {
		const round = this.#rounds++;
		const startMs = START_MS + round * ROUND_MS;
		for (const result of await Promise.all(this.#clients.map((client) => client.round({ round, startMs, wish })))) {
			this.dead += result.dead;
			for (const line of result.misbehaviour) this.misbehaviour.add(line);
		}
	}
}

/** A client process. */
class Client {
	kept = 0;
	readonly refusals = new Map<number, number>();
	readonly #book: string;
	readonly #child: ChildProcess;
	readonly #ended: Promise<never>;
	#answer: ((result: RoundResult) => void) | undefined;

	private constructor(child: ChildProcess, book: string) {
		this.#child = child;
		this.#book = book;
		child.on("message", (message: RoundResult | Refusal) => {
			if ("round" in message) this.#answer?.(message);
			else this.refusals.set(message.refused, (this.refusals.get(message.refused) ?? 0) + 1);
		});
		this.#ended = new Promise((_, reject) => child.once("exit", () => reject(new Error("A client ended in the middle of the run."))));
		this.#ended.catch(() => undefined);
	}

	static async start(rig: Rig, name: string, folder: string, seed: number, isAnonymous: boolean): Promise<Client> {
		const { readings, valves, token } = await rig.device(name);
		const book = path.join(folder, name);
		for (const kind of BOOKS) writeFileSync(`${book}.${kind}.ndjson`, "");
		const orders = JSON.stringify({ name, readings, valves, token, book, seed, isAnonymous });
		const child = fork(path.join(import.meta.dirname, "client.ts"), [orders], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
		return new Client(child, book);
	}

	bookOf(kind: (typeof BOOKS)[number]): string {
		return `${this.#book}.${kind}.ndjson`;
	}

	async round(round: Round): Promise<RoundResult> {
		const answered = new Promise<RoundResult>((resolve) => {
			this.#answer = resolve;
		});
		this.#child.send(round);
		const answer = await Promise.race([answered, this.#ended]);
		this.kept += answer.kept;
		return answer;
	}

	end(): void {
		this.#child.kill("SIGKILL");
	}
}
