import type { Random } from "./random.ts";

/** How the records of a built-in fleet look. */
export interface Shape {
	/** Text of one record of one device. */
	record(device: number, atMs: number, random: Random): string;
}

/** A field of a source's schema, as far as made-up values need it. */
export interface FleetField {
	readonly name: string;
	readonly type: "string" | "number" | "integer" | "boolean" | "time";
}

function round(value: number, digits: number): number {
	return Number(value.toFixed(digits));
}

/** A slow wave of its own for each device, with a little noise. */
function wave(device: number, atMs: number, random: Random, middle: number, swing: number): number {
	const phase = atMs / 60_000 + device * 1.7;
	return middle + swing * Math.sin(phase) + random.between(-0.08, 0.08) * swing;
}

/** Pumps that report temperature, pressure and status as JSON; now and then one runs hot. */
export const pumps: Shape = {
	record(device, atMs, random) {
		const isHot = random.chance(0.03);
		const temperature = wave(device, atMs, random, 62, 9) + (isHot ? random.between(20, 35) : 0);
		return JSON.stringify({
			device: `pump-${device + 1}`,
			time: new Date(atMs).toISOString(),
			temperature: round(temperature, 1),
			pressure: round(wave(device, atMs, random, 4.2, 0.6), 2),
			status: isHot ? "hot" : "ok",
		});
	},
};

/** Taxi trips in the older SenML form, with the field names of RIoTBench's TAXI stream. */
export const taxi: Shape = {
	record(device, atMs, random) {
		const distance = random.chance(0.02) ? random.between(200, 900) : random.between(0.6, 14);
		const seconds = Math.round(distance * random.between(110, 260));
		const fare = round(2.5 + distance * 2.4 + random.between(0, 3), 2);
		const pickUp = new Date(atMs - seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
		const text = (n: string, sv: string, u = "string") => ({ u, n, sv });
		const number = (n: string, v: number, u: string) => ({ v: String(v), u, n });
		return JSON.stringify({
			e: [
				text("taxi_identifier", `TAXI${String(device + 1).padStart(4, "0")}`),
				text("hack_license", `HACK${String(device + 1).padStart(4, "0")}`),
				text("pickup_datetime", pickUp, "time"),
				number("trip_time_in_secs", seconds, "second"),
				number("trip_distance", round(distance, 2), "meter"),
				text("payment_type", random.pick(["CRD", "CRD", "CSH"])),
				number("fare_amount", fare, "dollar"),
				number("tip_amount", round(fare * random.pick([0, 0.1, 0.2]), 2), "dollar"),
			],
			bt: atMs,
		});
	},
};

/** City air sensors in the older SenML form, with the field names of RIoTBench's SYS stream. */
export const air: Shape = {
	record(device, atMs, random) {
		const number = (n: string, v: number, u: string) => ({ v: String(v), u, n });
		return JSON.stringify({
			e: [
				{ u: "string", n: "source", sv: `air-${device + 1}` },
				number("longitude", round(6.14 + device * 0.004, 6), "lon"),
				number("latitude", round(46.2 + device * 0.003, 6), "lat"),
				number("temperature", round(wave(device, atMs, random, 14, 8), 1), "far"),
				number("humidity", round(wave(device, atMs, random, 55, 20), 1), "per"),
				number("light", Math.max(0, Math.round(wave(device, atMs, random, 300, 400))), "per"),
				number("dust", round(Math.max(0, wave(device, atMs, random, 900, 800)), 2), "per"),
				number("airquality_raw", Math.max(5, Math.round(wave(device, atMs, random, 60, 50))), "per"),
			],
			bt: atMs,
		});
	},
};

const RANGES: readonly (readonly [pattern: RegExp, middle: number, swing: number, digits: number])[] = [
	[/temp/i, 21, 8, 1],
	[/humid/i, 55, 20, 1],
	[/press/i, 4.2, 0.6, 2],
	[/volt/i, 230, 6, 1],
	[/(current|amp)/i, 8, 3, 2],
	[/power|watt/i, 1200, 600, 0],
	[/speed|rpm/i, 60, 40, 1],
	[/battery|level|percent/i, 70, 25, 0],
	[/lat/i, 52.5, 0.05, 5],
	[/(lon|lng)/i, 13.4, 0.05, 5],
	[/vibration|accel/i, 0, 1.2, 3],
	[/co2|ppm/i, 650, 200, 0],
];

/** JSON records with the fields of a schema, and values that suit the fields' names. */
export function shapeOf(fields: readonly FleetField[], keyField?: string): Shape {
	const nameOfKey = keyField ?? fields.find((field) => /device|sensor|source|^id$|_id$/i.test(field.name) && field.type === "string")?.name;
	return {
		record(device, atMs, random) {
			const record = Object.fromEntries(fields.map((field) => [field.name, madeUp(field, device, atMs, random)]));
			if (nameOfKey !== undefined) record[nameOfKey] = `device-${device + 1}`;
			return JSON.stringify(record);
		},
	};
}

function madeUp(field: FleetField, device: number, atMs: number, random: Random): unknown {
	const { name, type } = field;
	if (type === "boolean") return random.chance(0.8);
	if (type === "time") return new Date(atMs).toISOString();
	if (type === "string") {
		if (/time|date/i.test(name)) return new Date(atMs).toISOString();
		return /status|state/i.test(name) ? random.pick(["ok", "ok", "ok", "ok", "warning"]) : `${name}-${1 + (device % 4)}`;
	}
	if (/^(time|ts|timestamp)$|_at$|time_?(ms|stamp)$/i.test(name)) return atMs;
	const [, middle, swing, digits] = RANGES.find(([pattern]) => pattern.test(name)) ?? [/./, 50, 40, 2];
	return round(wave(device, atMs, random, middle, swing), type === "integer" ? 0 : digits);
}
