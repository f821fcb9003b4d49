import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fieldText } from "../field-text.ts";
import { inferSchema } from "../infer.ts";
import { momentOf, numericOf, resolveSenml } from "./resolve.ts";

const NOW = 1_777_629_602_000;
const rowsOf = (pack: unknown) => {
	const rows = resolveSenml(pack, NOW);
	if (typeof rows === "string") throw new Error(rows);
	return rows.map((row) => Object.fromEntries([...row.values].map(([name, { value }]) => [name, value])));
};

// Packs of RFC 8428, section 5.
describe("SenML of RFC 8428", () => {
	it("takes the time of receipt where a pack names none", () => {
		expect(rowsOf([{ n: "urn:dev:ow:10e2073a01080063", u: "Cel", v: 23.1 }])).toEqual([{ "urn:dev:ow:10e2073a01080063": 23.1, bt: NOW }]);
	});

	it("lets base values hold for the records that follow, and makes a row of each moment", () => {
		const pack = [
			{ bn: "urn:dev:ow:10e2073a0108006:", bt: 1.276020076001e9, bu: "A", bver: 5, n: "voltage", u: "V", v: 120.1 },
			{ n: "current", t: -5, v: 1.2 },
			{ n: "current", t: -4, v: 1.3 },
			{ n: "current", v: 1.7 },
		];
		const bn = "urn:dev:ow:10e2073a0108006:";
		expect(rowsOf(pack)).toEqual([
			{ bn, bt: 1_276_020_076_001, voltage: 120.1, current: 1.7 },
			{ bn, bt: 1_276_020_071_001, current: 1.2 },
			{ bn, bt: 1_276_020_072_001, current: 1.3 },
		]);
	});

	it("counts small times from now", () => {
		expect(rowsOf([{ n: "speed", t: -60, v: 3 }])).toEqual([{ speed: 3, bt: NOW - 60_000 }]);
	});

	it("reads texts, flags, data and a base value", () => {
		const pack = [
			{ bn: "lamp/", bt: 1_777_629_600, bv: 20, n: "level", v: 1.5 },
			{ n: "place", vs: "hall" },
			{ n: "on", vb: false },
			{ n: "picture", vd: "aGk" },
			{ n: "idle" },
		];
		expect(rowsOf(pack)).toEqual([{ bn: "lamp/", bt: 1_777_629_600_000, level: 21.5, place: "hall", on: false, picture: "aGk", idle: 20 }]);
	});

	it.each([
		[[1], "Item 1 of the SenML pack is not an object."],
		[[{ n: "a" }], "Item 1 of the SenML pack has no value."],
		[[{ v: 1 }], "Item 1 of the SenML pack has no name."],
		[[{ n: "a", v: 1, key_: 1 }], "Item 1 of the SenML pack has the field key_, which must be understood and is not."],
		[{ a: 1 }, 'The record is no SenML: it must be an array of SenML records, or an object with a list "e".'],
		[{ e: [{ v: 1 }] }, 'Item 1 of the list "e" has no name.'],
		[{ e: [{ n: "a" }] }, 'Item 1 of the list "e" (a) has no value.'],
	])("refuses %j", (pack, sentence) => expect(resolveSenml(pack, NOW)).toBe(sentence));
});

describe("SenML of the older form", () => {
	const trips = readFileSync(new URL("../../test/data/riotbench-taxi-head.csv", import.meta.url), "utf8")
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => new TextEncoder().encode(line.slice(line.indexOf(",") + 1)));

	it("gives the trips of the RIoTBench taxi stream", () => {
		expect(trips).toHaveLength(20);
		const [first] = trips;
		const [row] = rowsOf(JSON.parse(new TextDecoder().decode(first)));
		expect(row).toMatchObject({
			bt: 1_358_101_800_000,
			pickup_datetime: "2013-01-13 23:36:00",
			trip_distance: "9.08",
			payment_type: "CSH",
		});
	});

	it("teaches a schema: numbers also where they are written as texts, times by their unit", () => {
		const { fields } = inferSchema(trips, "senml");
		const typeOf = (name: string) => fields.find((field) => field.name === name)?.type;
		expect(["taxi_identifier", "pickup_datetime", "trip_distance", "pickup_longitude", "payment_type", "bt"].map(typeOf)).toEqual([
			"text",
			"timestamp",
			"number",
			"number",
			"text",
			"timestamp",
		]);
	});

	it("gives the text of a field for the record key", () => {
		expect(fieldText(trips[0] ?? new Uint8Array(), "taxi_identifier", "senml")).toBe("149298F6D390FA640E80B41ED31199C5");
		expect(fieldText(new TextEncoder().encode("{"), "a", "senml")).toBeUndefined();
	});
});

it("takes texts for numbers and times only when they are", () => {
	expect(["1440", " -7.5e3 ", ".5", "", "12 km", "0x10"].map(numericOf)).toEqual([1440, -7500, 0.5, undefined, undefined, undefined]);
	expect(momentOf("2013-01-13 23:36:00")).toBe(Date.UTC(2013, 0, 13, 23, 36));
	expect(momentOf("soon")).toBeUndefined();
});
