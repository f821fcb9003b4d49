import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ENV } from "./env.ts";
import { MUTANTS } from "./mutants.ts";

/*
 * Loaded before a process of the product (`node --import`), it puts the mutant named in WEIR_MUTANT into the sources as they are read.
 * The product itself has no trace of it.
 */

const ROOT = path.resolve(import.meta.dirname, "../../..");
const mutant = MUTANTS.find(({ name }) => name === ENV.mutant);
if (mutant === undefined) throw new Error(`There is no mutant "${ENV.mutant}".`);

registerHooks({
	load(url, context, next) {
		if (!url.startsWith("file:")) return next(url, context);
		const file = path.relative(ROOT, fileURLToPath(url));
		const patches = mutant.patches.filter((patch) => patch.file === file);
		if (patches.length === 0) return next(url, context);
		let source = readFileSync(path.join(ROOT, file), "utf8");
		for (const { find, replace } of patches) {
			if (!source.includes(find)) throw new Error(`The mutant ${mutant.name} does not fit ${file} any more: "${find}" is not there.`);
			source = source.replace(find, () => replace);
		}
		return { format: "module-typescript", source, shortCircuit: true };
	},
});
