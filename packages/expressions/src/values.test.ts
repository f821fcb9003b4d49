import { describe, expect, it } from "vitest";
import { nearestName } from "./problems.ts";
import { formatTimestamp, parseTimestamp, partNamed, truncationNamed } from "./timestamps.ts";
import { compareTexts, formatNumber, parseBoolean, parseInteger, parseNumber } from "./values.ts";

describe("numbers as text", () => {
	it("are written as PostgreSQL writes them", () => {
		const written = [0, -0, 1.5, 1e14, 1e15, 123456789012345680, 1e-4, 1e-5, 1.25e-7, 1e300, -2.5e22].map(formatNumber);
		expect(written.join(" ")).toBe(
			"0 -0 1.5 100000000000000 1e+15 1.2345678901234568e+17 0.0001 1e-05 1.25e-07 1e+300 -2.4999999999999998e+22",
		);
	});

	it("are read with spaces around them and refused with anything else", () => {
		expect([" 12 ", "-.5", "1e3", "0x1F"].map(parseNumber)).toEqual([12, -0.5, 1000, 31]);
		expect(["", "1,5", "NaN", "1 2", "twelve"].map(parseNumber)).toEqual(Array(5).fill("malformed"));
		expect(["1e400", "1e-400"].map(parseNumber)).toEqual(["out-of-range", "out-of-range"]);
		expect(["12", "-0", "1_000", "0b101", "9007199254740992", "1.0"].map(parseInteger)).toEqual([
			12,
			0,
			1000,
			5,
			"out-of-range",
			"malformed",
		]);
	});
});

it("reads a boolean from any clear beginning", () => {
	expect(["t", "YES", "on", "1", "f", "no", "off", "0", "o", "", "maybe"].map(parseBoolean)).toEqual([
		...Array(4).fill(true),
		...Array(4).fill(false),
		...Array(3).fill("malformed"),
	]);
});

it("orders texts by code points", () => {
	expect(["b", "\uffee", "😀", "a", "ab"].toSorted(compareTexts)).toEqual(["a", "ab", "b", "\uffee", "😀"]);
});

describe("timestamps", () => {
	it("are read in ISO form and PostgreSQL's, in UTC unless a zone is given", () => {
		const moment = Date.UTC(2026, 10, 24, 6, 10, 56);
		const texts = ["2026-11-24T06:10:56Z", "2026-11-24 06:10:56", "2026-11-24 08:10:56+02", "2026-11-24 00:40:56 -0530"];
		expect(texts.map(parseTimestamp)).toEqual(Array(4).fill(moment));
		expect(parseTimestamp("2026-11-24 06:10:56.123456Z")).toBe(moment + 123.456);
		expect(["24.11.2026", "yesterday", "2026-11-24 6"].map(parseTimestamp)).toEqual(Array(3).fill("malformed"));
		expect(["2026-02-29", "2026-13-01", "2026-01-01 25:00"].map(parseTimestamp)).toEqual(Array(3).fill("out-of-range"));
	});

	it("are written so that they read back the same", () => {
		for (const ms of [0, -1, 1764000000123.456, -62135596800000, 253402300799999]) expect(parseTimestamp(formatTimestamp(ms))).toBe(ms);
	});

	it("fall into ISO weeks and UTC days before and after 1970", () => {
		const newYear = Date.UTC(2021, 0, 1, 23, 59);
		expect([partNamed("week")?.(newYear), partNamed("isoyear")?.(newYear), partNamed("ISODOW")?.(newYear)]).toEqual([53, 2020, 5]);
		expect(truncationNamed("week")?.(newYear)).toBe(Date.UTC(2020, 11, 28));
		expect([partNamed("hour")?.(-0.5), partNamed("day")?.(-0.5)]).toEqual([23, 31]);
		expect(partNamed("fortnight")).toBeUndefined();
		expect(partNamed("constructor")).toBeUndefined();
	});
});

it("suggests a name only when it is near", () => {
	const names = ["temperature", "status", "seq"];
	expect(["temprature", "tempearture", "STATUS", "sq", "voltage"].map((name) => nearestName(name, names))).toEqual([
		"temperature",
		"temperature",
		"status",
		"seq",
		undefined,
	]);
});
