import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import * as z from "zod";
import type { Gateway } from "../src/gateway.ts";
import { MqttLine } from "./mqtt-line.ts";
import { MemoryStore, startTestGateway } from "./support.ts";

const FOLDER = path.join(import.meta.dirname, "data/mqtt-packets");

const groups = z.array(
	z.object({
		group: z.string(),
		tests: z.array(
			z.object({
				name: z.string(),
				ver: z.union([z.literal(3), z.literal(4), z.literal(5)]),
				connect: z.boolean().default(true),
				expect_disconnect: z.boolean().default(true),
				msgs: z.array(z.object({ type: z.enum(["send", "recv"]), payload: z.string() })),
			}),
		),
	}),
);

type Case = z.infer<typeof groups>[number]["tests"][number];

const services = inject("services");
const store = new MemoryStore();
const device = store.device("00000000-0000-4000-8000-00000000000a");
let gateway: Gateway;

beforeAll(async () => {
	gateway = await startTestGateway(services, store);
});
afterAll(() => gateway.close());

interface Otherwise {
	readonly group: RegExp;
	readonly name: RegExp;
	readonly why: string;
}

/** Cases that this door answers otherwise than mosquitto, and why; the list is repeated in README.md. */
const OTHERWISE: readonly Otherwise[] = [
	{
		group: /^(v3\.1\.1|v5\.0) SUBSCRIBE( ALLOWED PROPERTIES)?$/,
		name: /^82 (single ok|multiple ok|QoS 0 (no local|retain as|retain handling=[12])|with (2\*)?user-property|with subscription-identifier=(1|0x(80|FF){0,3}(7F|01)) )/,
		why: "A device may subscribe to its own command topic only: other topics are refused in the SUBACK.",
	},
	{
		group: /^(v3\.1\.1|v5\.0) UNSUBSCRIBE$/,
		name: /^A2 \(with subscribe\)/,
		why: "The case subscribes to a foreign topic first.",
	},
	{
		group: /^v5\.0 SUBSCRIBE ALLOWED PROPERTIES$/,
		name: /subscription-identifier=0 /,
		why: "The standard calls it a protocol error (3.8.2.1.2), mosquitto calls it malformed.",
	},
	{
		group: /^v5\.0 DISCONNECT$/,
		name: /^E0 non-zero session expiry$/,
		why: "The case connects without a credential and wants mosquitto's own CONNACK; the rule has a test of its own.",
	},
];

describe("MQTT packets of Eclipse mosquitto", () => {
	for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
		for (const found of groups.parse(JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")))) {
			const group = found.group.replace(/\s+/g, " ");
			it(`answers ${group} as the standard says`, async () => {
				const failed: string[] = [];
				for (const one of found.tests) {
					const reason = await play(one);
					const isExpected = !OTHERWISE.some((other) => other.group.test(group) && other.name.test(one.name));
					if ((reason === undefined) !== isExpected) failed.push(`${one.name}: ${reason ?? "passes, so take it off the list"}`);
				}
				expect(failed).toEqual([]);
			});
		}
	}
});

/** Undefined when the case passes. */
async function play(one: Case): Promise<string | undefined> {
	const line = new MqttLine(gateway.mqttPort);
	try {
		if (one.connect) {
			const connect = {
				cmd: "connect",
				clientId: "test",
				clean: true,
				keepalive: 10,
				username: device.id,
				password: Buffer.from(device.token),
			} as const;
			line.send(generate({ ...connect, protocolVersion: one.ver }));
			if ((await line.packet())?.[0] !== 0x20) return "no CONNACK";
		}
		for (const { type, payload } of one.msgs) {
			const bytes = Buffer.from(payload.replaceAll(" ", ""), "hex");
			if (type === "send") {
				line.send(bytes);
				continue;
			}
			const got = await line.packet();
			if (got === undefined || Buffer.compare(got, bytes) !== 0)
				return `wanted ${bytes.toString("hex")}, got ${got?.toString("hex") ?? "the end"}`;
		}
		line.send(Buffer.from([0xc0, 0]));
		const isOpen = (await line.packet())?.[0] === 0xd0;
		return isOpen === one.expect_disconnect ? `the connection is ${isOpen ? "open" : "closed"}` : undefined;
	} finally {
		line.cut();
	}
}
