/**
 * CPU time per row of kernels, each beside a function generated from the same expression by `new Function`, which is what
 * we do without: browsers forbid it, and it must win by more than half to be worth a second way on servers.
 */
import { aBatch, type RecordSchema } from "@weir/records";
import { compile, loadParser, parseExpression } from "../src/index.ts";
import { Random } from "./random.ts";

const ROWS = 4096;
const ROUNDS = 9;
const CALLS = 2000;
/** The optimising compiler waits for some 12,000 calls. */
const WARM_UP_ROUNDS = 10;

const PUMPS: RecordSchema = {
	fields: [
		{ name: "temperature", type: "number" },
		{ name: "status", type: "text" },
		{ name: "litres", type: "integer" },
		{ name: "hours", type: "integer" },
	],
};

const random = new Random(1);

/** Two batches take turns: of one alone the compiler would build the addresses into the code, which never happens in a worker. */
const batches = [0, 1].map(() =>
	aBatch(
		PUMPS,
		Array.from({ length: ROWS }, () => ({
			temperature: Math.round(random.next() * 400) / 10,
			status: random.chance(0.8) ? "ok" : "bad",
			litres: random.below(100),
			hours: 1 + random.below(100),
		})),
	),
);
const every = Int32Array.from({ length: ROWS }, (_, i) => i);
const outs = [0, 1].map(() => ({ rows: new Int32Array(ROWS), numbers: new Float64Array(ROWS) }));
let turn = 0;

function next() {
	turn = 1 - turn;
	const batch = batches[turn];
	const out = outs[turn];
	if (batch === undefined || out === undefined) throw new RangeError("There are two batches.");
	return { batch, out };
}

function generated(body: string, constant: number): () => unknown {
	const run = new Function("t", "s", "l", "h", "ok", "c", "rows", "n", "out", "numbers", body) as (...args: unknown[]) => unknown;
	return () => {
		const { batch, out } = next();
		const [t, s, l, h] = batch.columns;
		if (t?.type !== "number" || s?.type !== "text" || l?.type !== "integer" || h?.type !== "integer")
			throw new TypeError("Other columns were made.");
		return run(t.values, s.codes, l.values, h.values, s.dictionary.codeOf("ok"), constant, every, batch.length, out.rows, out.numbers);
	};
}

const keepWhere = (condition: string) =>
	`let m = 0; for (let i = 0; i < n; i++) { const r = rows[i]; out[m] = r; m += ${condition}; } return m;`;
const numberOf = (value: string) =>
	`for (let i = 0; i < n; i++) { const r = rows[i]; const v = ${value}; if (v - v !== 0) throw 1; numbers[r] = v; }`;

const CASES: readonly (readonly [string, string, number])[] = [
	["temperature > 20 and status = 'ok'", keepWhere("(t[r] > c) & (s[r] === ok)"), 20],
	["temperature > 20", keepWhere("(t[r] > c) | 0"), 20],
	["status = 'ok'", keepWhere("(s[r] === ok) | 0"), 0],
	["temperature between 10 and 20 or status <> 'ok'", keepWhere("((t[r] >= 10) & (t[r] <= c)) | (s[r] !== ok)"), 20],
	["litres * 2 + hours < 200", keepWhere("(l[r] * 2 + h[r] < c) | 0"), 200],
	["temperature * 1.8 + 32", numberOf("t[r] * c + 32"), 1.8],
	["round(temperature / hours, 2)", numberOf("Math.round((t[r] / h[r]) * 100) / c"), 100],
];

/** CPU time of this thread, so that busy neighbours disturb less than on the wall clock. */
function cpuNs(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) * 1000;
}

function nsPerRow(call: () => unknown): number {
	const before = cpuNs();
	for (let i = 0; i < CALLS; i++) call();
	return (cpuNs() - before) / CALLS / ROWS;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

await loadParser();
const ignore = () => {};
for (const [text, body, constant] of CASES) {
	const { tree, problems } = parseExpression(text, PUMPS);
	if (tree === undefined) throw new Error(JSON.stringify(problems));
	const kernel = compile(tree);
	const ours = () => {
		const { batch, out } = next();
		return tree.type === "boolean" ? kernel.filter(batch, out.rows, ignore) : kernel.compute(batch, ignore);
	};
	const theirs = generated(body, constant);
	const rounds: [number, number][] = [];
	for (let round = 0; round < ROUNDS + WARM_UP_ROUNDS; round++) {
		rounds.push([nsPerRow(ours), nsPerRow(theirs)]);
		await new Promise((resolve) => setImmediate(resolve));
	}
	const [mine, other] = [
		median(rounds.slice(WARM_UP_ROUNDS).map((round) => round[0])),
		median(rounds.slice(WARM_UP_ROUNDS).map((round) => round[1])),
	];
	console.log(
		`${text.padEnd(50)} ${mine.toFixed(2).padStart(6)} ns/row   generated ${other.toFixed(2).padStart(6)}   × ${(mine / other).toFixed(2)}`,
	);
}
