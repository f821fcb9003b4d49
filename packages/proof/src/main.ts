import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults.ts";
import { MUTANTS } from "./mutants.ts";
import { prove } from "./prove.ts";
import { reportText } from "./report.ts";

const USAGE = `npm run faults -- [--seed N] [--seconds N] [--faults F1,F3] [--mutant NAME] [--report FILE]

Runs the product under load, breaks it in every way of the list, and compares what devices were promised with what is there.
--seed      the same seed breaks the same things in the same order (default: by the clock)
--seconds   how long (default 60)
--faults    which, by their ids (default all): ${FAULTS.map(({ id }) => id).join(", ")}
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
	const text = reportText(report, options.faults);
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
		const { values } = parseArgs({ options: { seed: text, seconds: text, faults: text, mutant: text, report: text } });
		const number = (name: "seed" | "seconds", otherwise: number) => {
			const value = Number(values[name] ?? otherwise);
			if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1, not "${values[name]}".`);
			return value;
		};
		const wanted = values.faults?.split(",") ?? FAULTS.map(({ id }) => id);
		const unknown = wanted.filter((id) => !FAULTS.some((fault) => fault.id === id));
		if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(", ")}.`);
		if (values.mutant !== undefined && !MUTANTS.some(({ name }) => name === values.mutant))
			throw new Error(`There is no mutant ${values.mutant}.`);
		return {
			seed: number("seed", (Date.now() % 1_000_000) + 1),
			seconds: number("seconds", 60),
			faults: FAULTS.filter(({ id }) => wanted.includes(id)),
			report: values.report,
			...(values.mutant === undefined ? {} : { mutant: values.mutant }),
		};
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
		return undefined;
	}
}
