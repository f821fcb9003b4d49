import { afterAll, describe, expect, inject, it } from "vitest";
import { describeConnection } from "../conformance/describe-connection.ts";
import { plainDoor } from "../conformance/doors.ts";
import { readConnection } from "../read.ts";
import { readBrokers } from "./brokers.ts";
import { openKafka } from "./client.ts";
import { connector } from "./connector.ts";
import { definition } from "./definition.ts";

const [target = { host: "", port: 0 }] = readBrokers(inject("kafkaBrokers")) ?? [];
const topic = `pumps-${process.pid}`;
const at = (host: string, port: number) =>
	readConnection(definition, { brokers: `${host.includes(":") ? `[${host}]` : host}:${port}`, tls: false }, {});

const admin = openKafka(at(target.host, target.port), { rules: "anywhere" }).kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
afterAll(async () => {
	await admin.deleteTopics({ topics: [topic] });
	await admin.disconnect();
});

describeConnection(
	definition,
	async () => ({
		target,
		at,
		steps: ["name", "port", "sign-in", "members", "permission"],
		encrypted: (config, trust) => ({ ...config, ...trust, tls: true }),
		browse: [
			{ path: [], finds: { name: topic, kind: "topic", hasChildren: true } },
			{ path: [topic], finds: { name: "1", kind: "partition", note: "records 0 to 0" } },
		],
	}),
	["secret", "rights", "door", "redirects"],
);

describe("a cluster of Kafka", () => {
	it("cannot lead on to a broker in a network that is closed", async () => {
		const door = await plainDoor(target, "127.0.0.2");
		const tested = await connector.test(at("127.0.0.2", door.port), { rules: { networks: ["127.0.0.2/32"] } });
		expect(tested.steps.at(-1)).toMatchObject({ ok: false, message: expect.stringContaining("private network") });
		await expect(connector.browse(at("127.0.0.2", door.port), [topic], { rules: { networks: ["127.0.0.2/32"] } })).rejects.toMatchObject({
			code: "CONNECTION_DENIED",
		});
		await door.close();
	});

	it.each([
		["kafka:9092", [{ host: "kafka", port: 9092 }]],
		[
			"a:1, [::1]:2",
			[
				{ host: "a", port: 1 },
				{ host: "::1", port: 2 },
			],
		],
		["kafka", undefined],
		["kafka:99999", undefined],
		["http://kafka:9092", undefined],
		["a:1,", undefined],
	])("is written %s", (text, brokers) => expect(readBrokers(text)).toEqual(brokers));
});
