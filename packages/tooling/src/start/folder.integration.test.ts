import { existsSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../services/process.ts";
import { checkPorts, lockFolder } from "./lock.ts";
import { readSecrets, readSettings } from "./settings.ts";

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), "weir-folder-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("makes the secrets once, for their owner's eyes only", () => {
	const made = readSecrets(folder);
	expect(readSecrets(folder)).toEqual(made);
	expect(statSync(path.join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
	expect(Buffer.from(made.masterKey, "base64")).toHaveLength(32);
});

test("does not make new secrets when the old ones cannot be read", async () => {
	await writeFile(path.join(folder, "secrets.json"), "{ half");
	expect(() => readSecrets(folder)).toThrow(/secrets\.json cannot be read: restore it/);
});

test("lets only one start run on a folder, and forgets one that died hard", async () => {
	await writeFile(path.join(folder, "run.pid"), "999999999");
	const unlock = lockFolder(folder);
	expect(existsSync(path.join(folder, "run.pid"))).toBe(true);
	unlock();
	expect(existsSync(path.join(folder, "run.pid"))).toBe(false);
});

test("names a port that is taken and another that is free", async () => {
	const webPort = await freePort();
	const server = net.createServer().listen(webPort, "127.0.0.1");
	const settings = { ...readSettings([]), webPort, httpPort: await freePort(), mqttPort: await freePort() };
	await expect(checkPorts(settings)).rejects.toThrow(new RegExp(`^The web address needs port ${webPort}, .* "WEB_PORT=\\d+ npm start"`));
	server.close();
});
