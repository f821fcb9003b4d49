// `npm start`: installs what is missing, then hands over to packages/tooling/src/start, which needs it.
import { become, checkMachine, installIfNeeded, main, productNode, sweep } from "./prepare.mjs";

await main(async () => {
	checkMachine();
	const start = performance.now();
	const announced = setTimeout(() => console.log("  … installing dependencies (about a minute the first time)"), 400);
	const installed = await installIfNeeded();
	clearTimeout(announced);
	if (installed) console.log(`  ✓ the dependencies are installed  ${((performance.now() - start) / 1000).toFixed(1)} s`);
	const { code, pid, signal } = await become(productNode(), ["packages/tooling/src/start/main.ts", ...process.argv.slice(2)]);
	await sweep(pid);
	if (signal === "SIGKILL") console.error("\nWeir was killed; everything it had started has ended, and the data is in place.");
	return code;
});
