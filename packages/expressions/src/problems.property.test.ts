import { aBatch } from "@weir/records";
import { beforeAll, expect, it } from "vitest";
import { Generator } from "../test/generate.ts";
import { Random } from "../test/random.ts";
import { PROBE, probeRows } from "../test/rows.ts";
import { compile, describeFunctions, loadParser, parseExpression, printExpression } from "./index.ts";

beforeAll(() => loadParser());

const FUNCTIONS = describeFunctions().map(({ name }) => name);

const WORDS = [
	..."+ - * / % ^ = <> < <= > >= ~ ~* !~ !~* & | # << >> || -> ->> #> #>> ? ( ) [ ] , . ; : :: $1 $$ @ \\ ` { }".split(" "),
	..."and or not is null true false case when then else end in between like ilike similar to escape any all array interval timestamp at time zone".split(
		" ",
	),
	..."cast as select from where distinct over filter exists row collate default current_timestamp user extract trim both leading overlay placing for".split(
		" ",
	),
	..."n m i k s t b c at on j order date number integer boolean text json jsonb bit".split(" "),
	...[
		"'a'",
		"'",
		'"',
		'"n"',
		"'{\"a\":[1]}'",
		"'(a'",
		"'[[:alpha:]]'",
		"E'\\n'",
		"U&'\\0041'",
		"B'1'",
		"$tag$x$tag$",
		"/*",
		"*/",
		"--",
		"\n",
		"\t",
		"\0",
	],
	...[
		"0",
		"1",
		"-1",
		"2.5",
		".5",
		"1e400",
		"9007199254740993",
		"0x1F",
		"1_000",
		"😀",
		"größe",
		"\ud800",
		"'1 day'",
		"'Europe/Zurich'",
		"'hour'",
		"'2026-01-01'",
	],
	...FUNCTIONS,
];

/** Words in any order, generated expressions with something taken out, put in or doubled, and noise. */
function anyText(random: Random, generator: Generator): string {
	const kind = random.below(7);
	if (kind === 0) return Array.from({ length: 1 + random.below(12) }, () => random.pick(WORDS)).join(random.pick([" ", ""]));
	if (kind === 1)
		return Array.from({ length: random.below(40) }, () => String.fromCharCode(random.below(random.pick([128, 0x3000, 0x10000])))).join("");
	const { ours } = generator.expression(random.pick(["number", "integer", "boolean", "text", "timestamp", "json"]), 1 + random.below(3));
	const [from, to] = [random.below(ours.length), random.below(ours.length)];
	if (kind === 4) return ours;
	const other = generator.expression(random.pick(["number", "integer", "boolean", "text", "timestamp", "json"]), 1).ours;
	if (kind === 5) return `${random.pick(FUNCTIONS)}(${random.pick([ours, other, `${ours}, ${other}`, `${other}, ${ours}, ${other}`])})`;
	if (kind === 6) return `${ours} ${random.pick(WORDS)} ${other}`;
	if (kind === 2) return ours.slice(0, from) + random.pick(WORDS) + ours.slice(to);
	return ours.slice(0, from) + ours.slice(Math.min(ours.length, from + 1 + random.below(3)));
}

it("gives problems for whatever is written, and never throws", () => {
	const random = new Random(Number(process.env.WEIR_SEED ?? 11));
	const generator = new Generator(random);
	const batch = aBatch(PROBE, probeRows(random, 9));
	const seen = { sound: 0, refused: 0 };
	for (let i = 0; i < 3000; i++) {
		const text = anyText(random, generator);
		const { tree, problems } = parseExpression(text, PROBE, random.chance(0.3) ? { expected: "boolean" } : {});
		expect(tree === undefined, text).toBe(problems.length > 0);
		for (const { message, at } of problems) {
			expect(message, text).toMatch(/^[^\n]+[.?]$/su);
			const lines = text.split("\n");
			expect(at.line, text).toBeLessThanOrEqual(lines.length);
			expect(at.column, text).toBeLessThanOrEqual((lines[at.line - 1]?.length ?? 0) + 1);
		}
		seen[tree === undefined ? "refused" : "sound"] += 1;
		if (tree === undefined) continue;
		printExpression(tree);
		const failures: string[] = [];
		compile(tree).compute(batch, (_row, reason) => failures.push(reason));
		for (const reason of failures) expect(reason, text).toMatch(/\.$/);
	}
	// Both ends of the language must be visited.
	expect(seen.sound).toBeGreaterThan(300);
	expect(seen.refused).toBeGreaterThan(1000);
}, 60_000);
