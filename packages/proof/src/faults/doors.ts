import { randomUUID } from "node:crypto";
import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./fault.ts";

const BURST = { times: 50, rounds: 4 };
const MOST_MEGABYTES = 1_000;
const STALLED = 20;
/** The door gives a client 10 s for its headers and looks every 2 s. */
const CUT_MS = 20_000;
const KEEP_ALIVE_SECONDS = 2;
const PINGS = Buffer.concat(Array.from({ length: 8_192 }, () => Buffer.from([0xc0, 0])));

/** A client that connects, sends what it is given, and then nothing, or a byte a second. */
function stall(port: number, first: string | Buffer, trickles: boolean): { readonly cut: Promise<boolean>; end(): void } {
	const socket = net.connect(port, "127.0.0.1");
	socket.on("error", () => undefined);
	if (first.length > 0) socket.write(first);
	const trickle = trickles ? setInterval(() => socket.write("x"), 1_000) : undefined;
	const cut = new Promise<boolean>((resolve) => {
		const timer = setTimeout(() => resolve(false), CUT_MS);
		socket.resume();
		socket.once("close", () => {
			clearTimeout(timer);
			clearInterval(trickle);
			resolve(true);
		});
	});
	return { cut, end: () => socket.destroy() };
}

/** A client that asks on and on and never reads an answer. */
function neverRead(port: number, connect: Buffer): { readonly cut: Promise<boolean>; end(): void } {
	const socket = net.connect(port, "127.0.0.1");
	socket.pause();
	socket.on("error", () => undefined);
	const cut = new Promise<boolean>((resolve) => {
		const timer = setTimeout(() => resolve(false), CUT_MS);
		socket.once("close", () => {
			clearTimeout(timer);
			resolve(true);
		});
	});
	const ask = () => {
		while (!socket.destroyed && socket.write(PINGS));
	};
	socket.once("connect", () => socket.write(connect, ask)).on("drain", ask);
	return { cut, end: () => socket.destroy() };
}

/** CONNECT of MQTT 3.1.1, with a token as password. */
function connectPacket(client: string, token: string): Buffer {
	const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
	const body = Buffer.concat([text("MQTT"), Buffer.from([4, 0xc2, 0, KEEP_ALIVE_SECONDS]), text(client), text("device"), text(token)]);
	const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, Math.floor(body.length / 128)];
	return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}

export const DOOR_FAULTS: readonly Fault[] = [
	{
		id: "F20",
		title: "devices send fifty times as much as usual",
		async strike({ rig: { processes }, load, say }) {
			let isOver = false;
			const peaks = { gateway: 0, "stream-1": 0, "stream-2": 0 };
			const watching = (async () => {
				while (!isOver) {
					for (const name of ["gateway", "stream-1", "stream-2"] as const)
						peaks[name] = Math.max(peaks[name], await processes.memoryOf(name));
					await pause(100);
				}
			})();
			for (let i = 0; i < BURST.rounds; i++) await load.wish({ times: BURST.times });
			isOver = true;
			await watching;
			say(
				`F20: ${Object.entries(peaks)
					.map(([name, megabytes]) => `${name} used ${megabytes} MB`)
					.join(", ")} at most.`,
			);
			return Object.entries(peaks).flatMap(([name, megabytes]) =>
				megabytes > MOST_MEGABYTES ? [`F20: ${name} took ${megabytes} MB of memory in a burst.`] : [],
			);
		},
	},
	{
		id: "F22",
		title: "clients trickle their headers or their CONNECT, connect and stay silent, or ask and never read",
		isOnRequest: true,
		async strike({ rig }) {
			const { http, mqtt } = rig.parts.ports;
			const { token } = await rig.device(`stalled ${randomUUID()}`);
			const stalled = [
				...Array.from({ length: STALLED }, () => stall(http, "POST /v1/x HTTP/1.1\r\nhost: a\r\nx-a: ", true)),
				...Array.from({ length: STALLED }, () => stall(http, "", false)),
				...Array.from({ length: STALLED }, () => stall(mqtt, "", false)),
				...Array.from({ length: STALLED }, () => stall(mqtt, "\u0010", false)),
				// A CONNECT of 127 bytes, of which one comes each second.
				...Array.from({ length: STALLED }, () => stall(mqtt, "\u0010\u007f", true)),
				// As one whose network is gone: it said how long it would be silent at most.
				...Array.from({ length: STALLED }, (_, i) => stall(mqtt, connectPacket(`stalled-${i}`, token), false)),
				neverRead(mqtt, connectPacket("never-reads", token)),
			];
			const cut = await Promise.all(stalled.map((one) => one.cut));
			for (const one of stalled) one.end();
			const held = cut.filter((isCut) => !isCut).length;
			return held === 0
				? undefined
				: [`F22: ${held} of ${stalled.length} clients that say nothing hold their connections for longer than ${CUT_MS / 1_000} s.`];
		},
	},
	{
		id: "F29",
		title: "the gateway is killed with -9 while devices post",
		async strike({ rig: { processes }, random }) {
			await processes.kill("gateway");
			await pause(random() * 300);
			await processes.startGateway();
			return undefined;
		},
	},
];
