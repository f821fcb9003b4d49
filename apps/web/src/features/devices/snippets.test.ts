import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellQuote, snippetsFor } from "./snippets.ts";

const http = {
	protocol: "http",
	url: "http://127.0.0.1:8080/v1/ep_1",
	topic: "",
	deviceId: "pump-1",
	token: "wd_pump-1_s3cret_00",
	example: '{"device":"pump-1","note":"it\'s \\"wet\\""}',
} as const;
const mqtt = { ...http, protocol: "mqtt", url: "mqtt://127.0.0.1:1883", topic: "plant/1/temp" } as const;

test("quotes whatever stands in a record for the shell", () => {
	expect(execFileSync("sh", ["-c", `printf %s ${shellQuote(http.example)}`], { encoding: "utf8" })).toBe(http.example);
});

test("offers curl, Node and Python over HTTP, each with address and token", () => {
	const snippets = snippetsFor(http);
	expect(snippets.map(({ tool }) => tool)).toEqual(["curl", "node", "python"]);
	for (const { text } of snippets) {
		expect(text).toContain(http.url);
		expect(text).toContain(http.token);
	}
});

test("offers mosquitto_pub, Node and Python over MQTT, each with topic, device and token", () => {
	const snippets = snippetsFor(mqtt);
	expect(snippets.map(({ tool }) => tool)).toEqual(["mosquitto_pub", "node", "python"]);
	for (const { text } of snippets) {
		for (const part of [mqtt.topic, mqtt.deviceId, mqtt.token, "1883"]) expect(text).toContain(part);
	}
});

test("speaks TLS where the address does", () => {
	const [first] = snippetsFor({ ...mqtt, url: "mqtts://broker.example" });
	expect(first?.text).toContain("-p 8883 --tls-use-os-certs");
});
