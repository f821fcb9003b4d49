import { Secret } from "@weir/errors";
import { Redis } from "ioredis";
import { afterAll, inject } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { readConnection } from "../read.ts";
import { definition } from "./definition.ts";

const url = new URL(inject("services").redisUrl);
const admin = new Redis(url.href);
const [ada, eve, prefix] = [`ada-${process.pid}`, `eve-${process.pid}`, `plant-${process.pid}:`];

afterAll(async () => {
	await admin.del(`${prefix}pump:1`, `${prefix}note`);
	await admin.call("ACL", "DELUSER", ada, eve);
	admin.disconnect();
});

describeConnection(definition, async () => {
	await admin.call("ACL", "SETUSER", ada, "on", ">litre", `~${prefix}*`, "+@all");
	await admin.call("ACL", "SETUSER", eve, "on", ">litre", "+ping", "+select", "+client", "+info");
	await admin.mset({ [`${prefix}pump:1`]: "on", [`${prefix}note`]: "x" });
	const base = { user: ada, keyPrefix: prefix, tls: false };
	return {
		target: { host: url.hostname, port: Number(url.port) },
		at: (host, port) => readConnection(definition, { ...base, host, port }, { password: new Secret("litre") }),
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: eve }),
		encrypted: (config, trust) => ({ ...config, ...trust, tls: true }),
		browse: [
			{ path: [], finds: { name: "pump", kind: "folder", hasChildren: true } },
			{ path: [], finds: { name: "note", kind: "key", hasChildren: false } },
			{ path: ["pump"], finds: { name: "1", kind: "key" } },
		],
	};
}, ["redirects"]);
