import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isPortBusy } from "../services/process.ts";
import { Fault } from "./faults.ts";
import type { Settings } from "./settings.ts";

/** One start per folder: two would run two servers on the same data. Answers how to let go. */
export function lockFolder(folder: string): () => void {
	const file = path.join(folder, "run.pid");
	const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
	if (holder > 0 && holder !== process.pid && isOurs(holder)) {
		throw new Fault(`Weir runs already on ${folder} (process ${holder}): use it, or end it with "kill ${holder}" and start again.`);
	}
	writeFileSync(file, String(process.pid));
	return () => rmSync(file, { force: true });
}

function isOurs(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("tooling/src/start/main");
	} catch {
		return false; // the process is gone: the file is a leftover of a hard death
	}
}

/** Looks whether the ports that people use are free, before anything is started. */
export async function checkPorts(settings: Settings): Promise<void> {
	const wanted = [
		["The web address", "WEB_PORT", settings.webPort],
		["The HTTP door for devices", "GATEWAY_HTTP_PORT", settings.httpPort],
		["The MQTT door for devices", "GATEWAY_MQTT_PORT", settings.mqttPort],
	] as const;
	for (const [what, name, port] of wanted) {
		if (await isPortBusy(port)) {
			const free = await freePortAfter(port, wanted);
			throw new Fault(
				`${what} needs port ${port}, which another program holds: end that program, or choose another port with "${name}=${free} npm start".`,
			);
		}
	}
}

async function freePortAfter(port: number, wanted: readonly (readonly [string, string, number])[]): Promise<number> {
	let free = port + 1;
	while (wanted.some(([, , other]) => other === free) || (await isPortBusy(free))) free++;
	return free;
}
