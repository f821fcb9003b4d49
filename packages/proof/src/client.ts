import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { seeded } from "./random.ts";
import { BOOKS, type ClientOrders, type Refusal, type Round, type RoundResult, type Wish } from "./round.ts";
import { DISORDER_MS, DOOMED, LEAST_LITRES, TARDY_MS, UNDIVIDED_LITRES } from "./shapes/index.ts";

/*
 * One client: a process that knows nothing of the product but addresses and a token. It posts records, tries again until they are
 * acknowledged, and only then writes them to its own books, on disk before it goes on: what the product must answer for.
 * Its one argument is a `ClientOrders`. Told a `Round`, it answers a `RoundResult`, and a `Refusal` for each post that was not taken.
 */

const orders: ClientOrders = JSON.parse(process.argv[2] ?? "{}");
const { name, token, isAnonymous } = orders;
const DEVICES = 4;
const RECORDS_A_POST = 12;
const POSTS_A_ROUND = 3;
const TARDY_SHARE = 0.05;
const YEAR_MS = 366 * 86_400_000;
const random = seeded(orders.seed);
const [readings, valves, deadBook] = BOOKS.map((book) => openSync(`${orders.book}.${book}.ndjson`, "a"));
const agent = new Agent({ keepAlive: true });
const numbers = new Map<string, number>();
const earlier: Reading[] = [];
let attempts = 1;
let result = { kept: 0, dead: 0, misbehaviour: [] as string[] };

interface Reading {
	readonly device: string;
	readonly n: number;
	readonly litres: number;
	readonly at: number;
	/** 1: later than the disorder that the source allows for. */
	readonly tardy?: number;
	readonly attempt: number;
	/** Names this sending of the record. */
	readonly tag: string;
	/** Message id; absent from a client that sends none. */
	readonly id?: string;
}

interface Answer {
	readonly status: number;
	readonly retryAfter: string | undefined;
	readonly body: string;
}

/** A line that must become a dead letter, or one that the door must refuse. */
interface Spoiled {
	readonly line: string;
	readonly isRefused: boolean;
}

function named(tag: string) {
	return isAnonymous ? { tag } : { tag, id: tag };
}

function numbered(device: string): number {
	const n = (numbers.get(device) ?? 0) + 1;
	numbers.set(device, n);
	return n;
}

function deviceOf(wish: Wish): string {
	return `${wish.isDoomed === true ? `${DOOMED.device}-` : ""}${name}-d${Math.floor(random() * DEVICES)}`;
}

function timeIn(startMs: number): number {
	return startMs + Math.floor(random() * 1_000) - Math.floor(random() * DISORDER_MS);
}

function reading(startMs: number, wish: Wish): Reading {
	const device = deviceOf(wish);
	const n = numbered(device);
	const litres = wish.isDoomed === true ? DOOMED.litres : Math.floor(random() * 20);
	const line = { device, n, litres, attempt: 1, ...named(`${device}/${n}/1`) };
	if (orders.valves === undefined) return { ...line, at: timeIn(startMs) };
	if (random() >= TARDY_SHARE) return { ...line, at: timeIn(startMs), tardy: 0 };
	return { ...line, at: startMs - TARDY_MS.least - Math.floor(random() * (TARDY_MS.most - TARDY_MS.least)), tardy: 1 };
}

/** A record that went out before, as a device sends it that has lost its memory: under a new message id. */
function again(before: Reading): Reading {
	attempts += 1;
	return { ...before, attempt: attempts, ...named(`${before.device}/${before.n}/${attempts}`) };
}

/** A record of a device whose clock was never set: it is stored, and no window counts it. */
function ofOldClock(startMs: number, wish: Wish): Reading {
	return { ...reading(startMs, wish), litres: LEAST_LITRES, at: 1_000_000, ...(orders.valves === undefined ? {} : { tardy: 0 }) };
}

let spoiledLines = 0;

function spoiled(fields: object): Spoiled {
	spoiledLines += 1;
	const tag = `${name}/spoiled/${spoiledLines}`;
	return { line: JSON.stringify({ ...named(tag), device: `${name}-d0`, n: 0, tardy: 0, ...fields }), isRefused: false };
}

function spoiledOf(startMs: number, wish: Wish, isFirst: boolean): Spoiled[] {
	// Without ids a repeated post would bring its spoiled lines twice.
	if (isAnonymous || wish.isDoomed === true) return [];
	const lines: Spoiled[] = [];
	if (random() < 0.1) lines.push(spoiled({ litres: "a few", at: startMs }));
	if (wish.isPoisoned === true) {
		lines.push(spoiled({ litres: { of: "water" }, at: startMs }));
		lines.push(spoiled({ litres: 7, at: "the day before yesterday" }));
		lines.push(spoiled({ litres: UNDIVIDED_LITRES, at: startMs }));
		lines.push({ line: `{"device":"${name}-d0","litres":7,`, isRefused: true });
	}
	if (wish.hasWrongClocks === true) lines.push(spoiled({ litres: 7, at: Date.now() + YEAR_MS }));
	if (wish.fatalLitres !== undefined && isFirst && name === "c0") lines.push(spoiled({ litres: wish.fatalLitres, at: startMs }));
	return lines;
}

function post(address: string, body: string): Promise<Answer> {
	return new Promise((resolve) => {
		const none = { status: 0, retryAfter: undefined, body: "" };
		const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson", "content-length": Buffer.byteLength(body) };
		const outgoing = request(address, { agent, method: "POST", headers, timeout: 10_000 }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (piece: string) => {
				text += piece;
			});
			answer.on("end", () => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"], body: text }));
			answer.on("error", () => resolve(none));
		});
		outgoing.on("timeout", () => outgoing.destroy());
		outgoing.on("error", () => resolve(none));
		outgoing.end(body);
	});
}

/** Posts until the door takes it; answers the good answer and how many times it was posted. */
async function insist(address: string, body: string): Promise<{ readonly answer: Answer; readonly posts: number }> {
	for (let posts = 1; ; posts++) {
		const answer = await post(address, body);
		const { status } = answer;
		if (status === 200) return { answer, posts };
		process.send?.({ refused: status } satisfies Refusal);
		if (status !== 0 && status !== 429 && status !== 503) throw new Error(`The door answered ${status} to ${name}: ${answer.body}`);
		if (status !== 0 && !(Number(answer.retryAfter) > 0))
			result.misbehaviour.push(`The door answered ${status} and did not say when to try again.`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

function write(book: number | undefined, lines: readonly object[]): void {
	if (book === undefined || lines.length === 0) return;
	writeSync(book, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
	fsyncSync(book);
}

async function deliver(records: readonly Reading[], extra: readonly Spoiled[]): Promise<void> {
	const lines = [...records.map((record) => JSON.stringify(record)), ...extra.map(({ line }) => line)];
	const { answer, posts } = await insist(orders.readings, lines.join("\n"));
	const { refused = [] } = JSON.parse(answer.body);
	const wanted = extra.filter(({ isRefused }) => isRefused).length;
	if (refused.length !== wanted)
		result.misbehaviour.push(`The door refused ${refused.length} lines of ${name} and not ${wanted}: ${answer.body}`);
	const dead = extra.filter(({ isRefused }) => !isRefused);
	write(
		deadBook,
		dead.map(({ line }) => ({ raw: line })),
	);
	write(
		readings,
		records.map((record) => ({ ...record, old: record.at < 1_000_000_000, posts: isAnonymous ? posts : 1 })),
	);
	result.kept += records.filter((record) => record.litres >= LEAST_LITRES).length;
	result.dead += dead.length;
}

async function turnValves(startMs: number, wish: Wish): Promise<void> {
	if (orders.valves === undefined) return;
	const turned = Array.from({ length: DEVICES }, (_, i) => {
		const device = `${wish.isDoomed === true ? `${DOOMED.device}-` : ""}${name}-d${i}`;
		const n = numbered(`${device}/valve`);
		return { device, n, volts: 200 + Math.floor(random() * 60), at: timeIn(startMs), id: `${device}/valve/${n}` };
	});
	await insist(orders.valves, turned.map((record) => JSON.stringify(record)).join("\n"));
	write(valves, turned);
}

process.on("message", async ({ round, startMs, wish }: Round) => {
	result = { kept: 0, dead: 0, misbehaviour: [] };
	await turnValves(startMs, wish);
	const posts = POSTS_A_ROUND * (wish.times === undefined ? 1 : 3);
	const size = wish.times === undefined ? RECORDS_A_POST : Math.ceil((RECORDS_A_POST * wish.times) / 3);
	for (let i = 0; i < posts; i++) {
		const records = Array.from({ length: size }, () => reading(startMs, wish));
		const sentBefore = earlier[Math.floor(random() * earlier.length)];
		if (!isAnonymous && wish.isDoomed !== true && sentBefore !== undefined && random() < 0.3) records.push(again(sentBefore));
		if (wish.hasWrongClocks === true) records.push(ofOldClock(startMs, wish));
		await deliver(records, spoiledOf(startMs, wish, i === 0));
		if (wish.isDoomed !== true) earlier.push(...records.filter((record) => record.attempt === 1 && record.at > 1_000_000_000).slice(0, 2));
		if (earlier.length > 100) earlier.splice(0, earlier.length - 100);
	}
	process.send?.({ round, ...result } satisfies RoundResult);
});
process.once("disconnect", () => {
	for (const book of [readings, valves, deadBook]) if (book !== undefined) closeSync(book);
	process.exit(0);
});
