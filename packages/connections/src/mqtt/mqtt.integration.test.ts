import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Secret } from "@weir/errors";
import { type RunningService, startMosquitto } from "@weir/tooling";
import { afterAll } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { readConnection } from "../read.ts";
import { openMqtt } from "./client.ts";
import { definition } from "./definition.ts";

const folder = await mkdtemp(path.join(tmpdir(), "weir-mosquitto-"));
let broker: RunningService | undefined;
afterAll(async () => {
	await broker?.stop();
	await rm(folder, { recursive: true, force: true });
});

describeConnection(definition, async () => {
	const file = path.join(folder, "made");
	await promisify(execFile)("mosquitto_passwd", ["-b", "-c", file, "ada", "litre"]);
	await promisify(execFile)("mosquitto_passwd", ["-b", file, "eve", "litre"]);
	const access = "user ada\ntopic readwrite #\nuser eve\ntopic read nothing\n";
	broker = await startMosquitto({ folder, passwords: await readFile(file, "utf8"), access });
	const target = { host: "127.0.0.1", port: broker.port };
	const at = (host: string, port: number) =>
		readConnection(definition, { host, port, user: "ada", tls: false }, { password: new Secret("litre") });

	const { client, connected } = openMqtt(at(target.host, target.port), { rules: "anywhere" });
	await connected();
	await client.publishAsync("halls/1/air", "21", { retain: true, qos: 1 });
	await client.endAsync();

	return {
		target,
		at,
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: "eve" }),
		encrypted: (config, trust) => ({ ...config, ...trust, tls: true }),
		browse: [{ path: ["halls"], finds: { name: "1", kind: "topic", hasChildren: true } }],
	};
}, ["redirects"]);
