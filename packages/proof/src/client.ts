import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { DISORDER_MS, LEAST_LITRES } from "./flow.ts";
import { seeded } from "./random.ts";

/*
 * One client: a process that knows nothing of the product but an address and a token. It posts records, tries again until they are
 * acknowledged, and only then writes them to its own file, on disk before it goes on: what the product must answer for.
 * Arguments: name, address, token, file, seed, and "anonymous" for
 * one whose messages carry no id: where it did not get an answer, its records may be there twice. Told `{ round, startMs }`, it answers `{ round, kept, broken }`: how many acknowledged records
 * pass the filter, and how many broken lines went with them.
 */

const [name = "", address = "", token = "", file = "", seed = "0", kind = ""] = process.argv.slice(2);
const isAnonymous = kind === "anonymous";
const DEVICES = 4;
const RECORDS_A_POST = 12;
const POSTS_A_ROUND = 3;
const random = seeded(Number(seed));
const book = openSync(file, "a");
const agent = new Agent({ keepAlive: true });
const numbers = new Map<string, number>();
const earlier: Sent[] = [];
let attempts = 1;

interface Sent {
	readonly device: string;
	readonly n: number;
	readonly litres: number;
	readonly at: number;
	readonly attempt: number;
	/** Names this sending of the record. */
	readonly tag: string;
	/** Message id; absent from a client that sends none. */
	readonly id?: string;
}

function named(tag: string) {
	return isAnonymous ? { tag } : { tag, id: tag };
}

function make(startMs: number): Sent {
	const device = `${name}-d${Math.floor(random() * DEVICES)}`;
	const n = (numbers.get(device) ?? 0) + 1;
	numbers.set(device, n);
	const at = startMs + Math.floor(random() * 1_000) - Math.floor(random() * DISORDER_MS);
	return { device, n, litres: Math.floor(random() * 20), at, attempt: 1, ...named(`${device}/${n}/1`) };
}

/** A record that went out before, as a device sends it that has lost its memory: under a new message id. */
function again({ device, n, litres, at }: Sent): Sent {
	attempts += 1;
	return { device, n, litres, at, attempt: attempts, ...named(`${device}/${n}/${attempts}`) };
}

/** The status of one POST; 0 when there was no answer. */
function post(body: string): Promise<number> {
	return new Promise((resolve) => {
		const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson", "content-length": Buffer.byteLength(body) };
		const outgoing = request(address, { agent, method: "POST", headers, timeout: 10_000 }, (answer) => {
			answer.resume();
			answer.on("end", () => resolve(answer.statusCode ?? 0));
			answer.on("error", () => resolve(0));
		});
		outgoing.on("timeout", () => outgoing.destroy());
		outgoing.on("error", () => resolve(0));
		outgoing.end(body);
	});
}

async function deliver(records: readonly Sent[], broken: number): Promise<void> {
	const unreadable = Array.from({ length: broken }, (_, i) =>
		JSON.stringify({ ...named(`${records[0]?.tag}/broken-${i}`), device: "broken", litres: "a few" }),
	);
	const body = [...records.map((record) => JSON.stringify(record)), ...unreadable].join("\n");
	let posts = 0;
	for (;;) {
		const status = await post(body);
		posts += 1;
		if (status === 200) break;
		if (status !== 0 && status !== 429 && status !== 503) throw new Error(`The door answered ${status} to ${name}.`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	for (const record of records) writeSync(book, `${JSON.stringify({ ...record, posts: isAnonymous ? posts : 1 })}\n`);
	fsyncSync(book);
}

process.on("message", async ({ round, startMs }: { round: number; startMs: number }) => {
	let kept = 0;
	let broken = 0;
	for (let i = 0; i < POSTS_A_ROUND; i++) {
		const records = Array.from({ length: RECORDS_A_POST }, () => make(startMs));
		if (!isAnonymous && earlier.length > 0 && random() < 0.3) {
			const sentBefore = earlier[Math.floor(random() * earlier.length)];
			if (sentBefore !== undefined) records.push(again(sentBefore));
		}
		// Without ids a repeated post would bring its broken line twice.
		const spoiled = !isAnonymous && random() < 0.1 ? 1 : 0;
		await deliver(records, spoiled);
		kept += records.filter((record) => record.litres >= LEAST_LITRES).length;
		broken += spoiled;
		earlier.push(...records.filter((record) => record.attempt === 1).slice(0, 2));
		if (earlier.length > 100) earlier.splice(0, earlier.length - 100);
	}
	process.send?.({ round, kept, broken });
});
process.once("disconnect", () => {
	closeSync(book);
	process.exit(0);
});
