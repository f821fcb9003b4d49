import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults/index.ts";
import { MUTANTS } from "./mutants.ts";
import { prove } from "./prove.ts";
import { reportText } from "./report.ts";
import { SHAPES } from "./shapes/index.ts";

const LOGS = ["redis", "kafka"] as const;
const USAGE = `npm run faults -- [--seed N] [--seconds N] [--log redis|kafka] [--flow NAME] [--faults F1,F3] [--mutant NAME] [--report FILE]

Runs the product under load, breaks it in every way of the list, and compares what devices were promised with what is there.
--seed      the same seed breaks the same things in the same order (default: by the clock)
--seconds   how long (default 60)
--log       what holds the log: redis (default) or kafka
--flow      the flow that runs: one of
${SHAPES.map(({ name, title }) => `            ${name} (${title})`).join("\n")}
--faults    which, by their ids; "all" is all that can be made good again, and the default; a "-" before an id leaves it out:
${FAULTS.map(({ id, title, isOnRequest }) => `            ${id} ${title}${isOnRequest === true ? " (only when it is named)" : ""}`).join("\n")}
--patience  seconds in which the product must catch up after a fault (default 60)
--every     milliseconds that a round of posts takes at least (default 250)
--mutant    runs a product that breaks a promise on purpose (the run must find it): one of
            ${MUTANTS.map(({ name }) => name).join(", ")}
--report    where the report goes, as Markdown (default: only printed)
`;

process.exitCode = await main();

async function main(): Promise<number> {
	const options = read();
	if (options === undefined) return 2;
	const folder = mkdtempSync(path.join(tmpdir(), "weir-proof-"));
	const report = await prove({ ...options, folder, say: (line) => console.log(line) });
	const text = reportText(report, FAULTS);
	console.log(`\n${text}`);
	if (options.report !== undefined) writeFileSync(options.report, text);
	if (report.broken.length === 0) rmSync(folder, { recursive: true, force: true });
	else
		console.log(
			`What clients and tables hold is kept in ${folder}; the same faults again: --seed ${report.seed} --seconds ${report.seconds}.`,
		);
	return report.broken.length === 0 ? 0 : 1;
}

function read() {
	try {
		const text = { type: "string" } as const;
		const { values } = parseArgs({
			options: {
				seed: text,
				seconds: text,
				log: text,
				flow: text,
				faults: text,
				every: text,
				patience: text,
				mutant: text,
				report: text,
				help: { type: "boolean" },
			},
		});
		if (values.help === true) throw new Error("What can be proven, and how:");
		const number = (name: "seed" | "seconds" | "every" | "patience", otherwise: number) => {
			const value = Number(values[name] ?? otherwise);
			if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1, not "${values[name]}".`);
			return value;
		};
		if (values.mutant !== undefined && !MUTANTS.some(({ name }) => name === values.mutant))
			throw new Error(`There is no mutant ${values.mutant}.`);
		const log = LOGS.find((name) => name === (values.log ?? "redis"));
		if (log === undefined) throw new Error(`The log is redis or kafka, not ${values.log}.`);
		const shape = SHAPES.find(({ name }) => name === (values.flow ?? SHAPES[0]?.name));
		if (shape === undefined) throw new Error(`There is no flow ${values.flow}.`);
		return {
			seed: number("seed", (Date.now() % 1_000_000) + 1),
			seconds: number("seconds", 60),
			everyMs: number("every", 250),
			patience: { recoveryMs: number("patience", 60) * 1_000, drainMs: Math.max(120, number("patience", 60)) * 1_000 },
			log,
			shape,
			faults: faultsOf(values.faults ?? "all"),
			report: values.report,
			...(values.mutant === undefined ? {} : { mutant: values.mutant }),
		};
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
		return undefined;
	}
}

function faultsOf(text: string) {
	const wanted = new Set<string>();
	for (const name of text.split(",")) {
		const id = name.replace(/^-/, "");
		if (id === "all") for (const fault of FAULTS) if (fault.isOnRequest !== true) wanted.add(fault.id);
		if (id !== "all" && !FAULTS.some((fault) => fault.id === id)) throw new Error(`There is no fault ${id}.`);
		if (name.startsWith("-")) wanted.delete(id);
		else if (id !== "all") wanted.add(id);
	}
	return FAULTS.filter(({ id }) => wanted.has(id));
}
