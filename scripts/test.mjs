// `npm test`: installs what the tests need, then hands over to packages/tooling/src/test-run, which runs everything and adds it up.
import { existsSync } from "node:fs";
import path from "node:path";
import { become, checkMachine, Fault, installIfNeeded, main, productNode, root, run } from "./prepare.mjs";

/** Programs from Debian that the tests drive, and the package that holds each. */
const PROGRAMS = [
	["/usr/bin/chromium", "chromium"],
	["/usr/bin/chromium-headless-shell", "chromium-headless-shell"],
	["/usr/bin/redis-server", "redis-server"],
	["/usr/bin/redis-cli", "redis-tools"],
	["/usr/bin/mosquitto_pub", "mosquitto-clients"],
	["/usr/sbin/mosquitto", "mosquitto"],
	["/usr/bin/faketime", "faketime"],
	["/usr/bin/java", "default-jdk-headless"],
	["/usr/bin/mvn", "maven"],
];

await main(async () => {
	checkMachine();
	await installPrograms();
	console.log("Installing dependencies, if they differ from package-lock.json …");
	await installIfNeeded();
	const { code } = await become(productNode(), ["packages/tooling/src/test-run/main.ts", ...process.argv.slice(2)], {
		PATH: `${path.join(root, "node_modules/.bin")}:${process.env.PATH}`,
	});
	return code;
});

async function installPrograms() {
	const missing = PROGRAMS.filter(([file]) => !existsSync(file)).map(([, name]) => name);
	if (missing.length === 0) return;
	const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
	if (process.getuid() !== 0)
		throw new Fault(`The tests need ${missing.join(", ")}, and only root can install them: run "sudo ${command}" and start again.`);
	console.log(`Installing ${missing.join(", ")} …`);
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	const install = () => run("sh", ["-c", command], { env });
	let result = await install();
	if (result.code !== 0) {
		await run("apt-get", ["update"], { env });
		result = await install();
	}
	if (result.code !== 0) throw new Fault(`"${command}" failed:\n${result.said.trim()}`);
}
