import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import mqtt from "mqtt";

export interface TaxiDoor {
	readonly url: string;
	readonly device: string;
	readonly token: string;
	readonly topic: string;
}

export interface TaxiDoors {
	readonly http: TaxiDoor;
	readonly mqtt: TaxiDoor;
}

/** One thing to send: the text, the door it takes, and whether it is whole. */
export interface TaxiDelivery {
	readonly body: string;
	readonly door: "http" | "mqtt";
	readonly isBroken: boolean;
}

/** Event-time disorder that the flow's lateness covers (10 minutes of grace, 1 of expected disorder). */
const DISORDER_MS = 600_000;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function aRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/**
 * The clean file out of order, with 5 % duplicates and 1 % broken lines.
 * A taxi's own trips keep their order and their door, as one device would send them.
 */
export function taxiDeliveries(file: string, seed: number): readonly TaxiDelivery[] {
	const random = aRandom(seed);
	const lastOf = new Map<string, number>();
	const placed: { at: number; delivery: TaxiDelivery }[] = [];
	for (const line of readFileSync(file, "utf8").trim().split("\n")) {
		const body = line.slice(line.indexOf(",") + 1);
		const pack = JSON.parse(body) as { bt: number; e: { n: string; sv?: string }[] };
		const taxi = pack.e.find((entry) => entry.n === "taxi_identifier")?.sv ?? "";
		const at = Math.max(pack.bt + random() * DISORDER_MS, (lastOf.get(taxi) ?? 0) + 1);
		lastOf.set(taxi, at);
		const door = taxi.charCodeAt(0) % 2 === 0 ? "http" : "mqtt";
		placed.push({ at, delivery: { body, door, isBroken: false } });
		if (random() < 0.05) placed.push({ at: at + 0.5, delivery: { body, door, isBroken: false } });
		if (random() < 0.01) placed.push({ at, delivery: { body: body.slice(0, Math.floor(body.length / 2)), door, isBroken: true } });
	}
	return placed.sort((a, b) => a.at - b.at).map(({ delivery }) => delivery);
}

/** Sends them through both doors in order, again and again until each is acknowledged; the two doors keep step with each other. */
export async function playTaxis(
	doors: TaxiDoors,
	deliveries: readonly TaxiDelivery[],
	seed: number,
	options: { readonly pauseMs?: number } = {},
): Promise<void> {
	const client = await mqtt.connectAsync(doors.mqtt.url, {
		clientId: `taxis-${seed}-${doors.mqtt.device}`,
		username: doors.mqtt.device,
		password: doors.mqtt.token,
		reconnectPeriod: 100,
	});
	try {
		for (const [i, delivery] of deliveries.entries()) {
			if (delivery.door === "mqtt") await client.publishAsync(doors.mqtt.topic, delivery.body, { qos: 1 });
			else await postTaxi(doors.http, delivery, `${seed}-${i}`);
			if (options.pauseMs !== undefined) await pause(options.pauseMs);
		}
	} finally {
		await client.endAsync();
	}
}

async function postTaxi(door: TaxiDoor, delivery: TaxiDelivery, key: string): Promise<void> {
	for (let attempt = 0; attempt < 100; attempt++) {
		const answer = await fetch(door.url, {
			method: "POST",
			headers: { authorization: `Bearer ${door.token}`, "content-type": "application/json", "idempotency-key": key },
			body: delivery.body,
		}).catch(() => undefined);
		if (answer?.status === 200) return;
		if (answer?.status === 400 && delivery.isBroken) return;
		if (answer !== undefined && answer.status < 500 && answer.status !== 429)
			throw new Error(`The door answers ${answer.status}: ${await answer.text()}`);
		await pause(100);
	}
	throw new Error("The HTTP door did not take a trip in 10 s.");
}
