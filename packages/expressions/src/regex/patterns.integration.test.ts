import type { TestServices } from "@weir/tooling";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { Random } from "../../test/random.ts";
import { PatternFault } from "./fault.ts";
import { Pattern } from "./pattern.ts";
import { replaceMatches } from "./replace.ts";

const SEED = Number(process.env.WEIR_SEED ?? 20261124);
const PATTERNS = 700;
const DATABASE = `weir_patterns_${process.pid}`;

const { databaseUrl }: TestServices = inject("services");
const admin = new pg.Client(databaseUrl);
const url = new URL(databaseUrl);
url.pathname = DATABASE;
const client = new pg.Client(url.href);

beforeAll(async () => {
	await admin.connect();
	await admin.query(
		`create database ${DATABASE} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`,
	);
	await client.connect();
});

afterAll(async () => {
	await client.end();
	await admin.query(`drop database if exists ${DATABASE}`);
	await admin.end();
});

const TEXTS = ["", "a", "ab", "abcabc", "aab-b 12", "Ab\ncA\n", "größe 7ö", "a😀b", "b_1 c", "aaaaabbbb", "12.5", "((", "x-y]z"];

class PatternMaker {
	readonly #random: Random;

	constructor(random: Random) {
		this.#random = random;
	}

	/** Random signs now and then, so that what is wrong is refused by both. */
	pattern(): string {
		if (this.#random.chance(0.15))
			return Array.from({ length: 1 + this.#random.below(7) }, () => this.#random.pick([..."ab()[]{}*+?|\\^$.-,12=:<"])).join("");
		return this.#choice(3);
	}

	#choice(depth: number): string {
		const count = this.#random.chance(0.25) ? 2 + this.#random.below(2) : 1;
		return Array.from({ length: count }, () => this.#sequence(depth)).join("|");
	}

	#sequence(depth: number): string {
		return Array.from({ length: 1 + this.#random.below(3) }, () => this.#piece(depth)).join("");
	}

	#piece(depth: number): string {
		if (this.#random.chance(0.1)) return this.#random.pick(["^", "$", "\\m", "\\M", "\\y", "\\Y", "\\A", "\\Z"]);
		const repeat = this.#random.chance(0.4)
			? this.#random.pick(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,1}", "{2,}", "{1,3}?"])
			: "";
		return this.#atom(depth) + repeat;
	}

	#atom(depth: number): string {
		// A choice within a captured group can be divided in two ways, of which PostgreSQL takes the longest and we the first.
		if (depth > 0 && this.#random.chance(0.25))
			return this.#random.chance(0.5) ? `(${this.#sequence(depth - 1)})` : `(?:${this.#choice(depth - 1)})`;
		return this.#random.pick([
			"a",
			"b",
			"c",
			".",
			"1",
			"ö",
			"\\d",
			"\\w",
			"\\s",
			"\\D",
			"\\W",
			"[ab]",
			"[^a]",
			"[a-c]",
			"[[:alpha:]]",
			"[^[:space:]]",
			"[]b]",
			"[b-]",
			"[\\d_]",
			"\\.",
			"A",
			"😀",
			"-",
			"\\x61",
			"\\n",
		]);
	}
}

interface Row {
	readonly occurs: boolean;
	found: string[] | null;
	readonly replaced: string;
}

async function theirs(pattern: string, flags: string): Promise<Row[] | undefined> {
	try {
		const { rows } = await client.query<Row>({
			text: `select t ~ ('(?' || $3 || ')' || $2) as occurs, regexp_match(t, $2, $3) as found, regexp_replace(t, $2, '<\\&>', 'g' || $3) as replaced
				from unnest($1::text[]) with ordinality as u (t, n) order by n`,
			values: [TEXTS, pattern, flags],
		});
		return rows;
	} catch {
		return undefined;
	}
}

function ours(text: string, flags: string): Row[] | undefined {
	try {
		const pattern = new Pattern(text, flags);
		return TEXTS.map((subject) => {
			const match = pattern.match(subject);
			const found =
				match === undefined ? null : pattern.groups === 0 ? [subject.slice(match.start, match.end)] : ([...match.groups] as string[]);
			return { occurs: pattern.occursIn(subject), found, replaced: String(replaceMatches(pattern, subject, "<\\&>", true)) };
		});
	} catch (error) {
		if (error instanceof PatternFault) return undefined;
		throw error;
	}
}

it(`finds, divides and replaces as PostgreSQL does with ${PATTERNS} patterns`, async () => {
	const random = new Random(SEED);
	const maker = new PatternMaker(random);
	const disagreements: string[] = [];
	let sound = 0;
	let divided = 0;
	for (let i = 0; i < PATTERNS; i++) {
		const pattern = maker.pattern();
		const flags = random.pick(["c", "c", "i", "n", "w", "p"]);
		const [mine, other] = [ours(pattern, flags), await theirs(pattern, flags)];
		// How a repeated group divides what it found is our own affair (README, "Meaning").
		if (/\)[*+?{]/.test(pattern)) for (const row of [...(mine ?? []), ...(other ?? [])]) row.found = null;
		else divided += 1;
		if (JSON.stringify(mine) === JSON.stringify(other)) sound += other === undefined ? 0 : 1;
		else {
			const at = mine?.findIndex((row, n) => JSON.stringify(row) !== JSON.stringify(other?.[n])) ?? 0;
			disagreements.push(
				`${pattern} (${flags}) in ${JSON.stringify(TEXTS[at])}: ours ${JSON.stringify(mine?.[at])}, PostgreSQL ${JSON.stringify(other?.[at])}`,
			);
		}
	}
	expect(disagreements.slice(0, 30), `${disagreements.length} disagreements, seed ${SEED}`).toEqual([]);
	expect(sound).toBeGreaterThan(PATTERNS * 0.7);
	expect(divided).toBeGreaterThan(PATTERNS * 0.7);
}, 60_000);
