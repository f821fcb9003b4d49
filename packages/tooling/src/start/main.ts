import { Fault, faultIn } from "./faults.ts";
import { createProgress } from "./progress.ts";
import { runProduct } from "./run.ts";
import { readSettings } from "./settings.ts";

const progress = createProgress((text) => process.stdout.write(text));
let folder = ".weir";

try {
	const settings = readSettings(process.argv.slice(2));
	folder = settings.folder;
	await runProduct(settings, progress);
} catch (error) {
	const said = error instanceof Error ? error.message : String(error);
	const fault = error instanceof Fault ? error : faultIn(said, folder);
	process.stderr.write(`\n${fault?.message ?? (error instanceof Error ? error.stack : said)}\n`);
	process.exitCode = 1;
}
// Whatever a broken-off start has left behind is bound to this process and ends with it.
process.exit();
