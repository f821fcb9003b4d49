import { describe, expect, test } from "vitest";
import { rate, shortDuration, shortNumber } from "./format.ts";
import { completionsAt, functionAt, insertCompletion } from "./inspector/widgets/completion.ts";
import { explainTopic } from "./inspector/widgets/topic.tsx";
import { portOffsets } from "./nodes/port-places.ts";
import { changedSince, filterRows, samplingText, takeFrame } from "./tap/tap-store.ts";
import { rankChoices } from "./ui/search-list.tsx";

describe("numbers", () => {
	test.each([
		[0, "0"],
		[0.44, "0.4"],
		[52, "52"],
		[999.6, "1k"],
		[3_120, "3.1k"],
		[31_200, "31k"],
		[2_400_000, "2.4M"],
		[undefined, "—"],
		[Number.NaN, "—"],
	])("%s is written %s", (value, text) => {
		expect(shortNumber(value)).toBe(text);
	});

	test("an unknown rate is no zero", () => {
		expect(rate(undefined)).toBe("—");
		expect(rate(0)).toBe("0/s");
		expect(shortDuration(3_200)).toBe("3.2 s");
	});
});

describe("searching", () => {
	const choices = [
		{ id: "filter", text: "Filter", also: ["where"], detail: "keeps records" },
		{ id: "dedup", text: "Dedup", also: ["duplicate", "unique"], detail: "drops records seen before" },
		{ id: "map", text: "Map fields", also: ["rename"], detail: "removes duplicates of nothing" },
	];

	test("puts another word for it before a mention", () => {
		expect(rankChoices(choices, "dupl").map(({ id }) => id)).toEqual(["dedup", "map"]);
	});

	test("finds a later word of the title", () => {
		expect(rankChoices(choices, "fie").map(({ id }) => id)).toEqual(["map"]);
		expect(rankChoices(choices, "  ")).toBe(choices);
	});
});

describe("completing an expression", () => {
	const input = {
		fields: [
			{ name: "litres", type: "number" as const },
			{ name: "Level", type: "text" as const },
			{ name: "limit", type: "number" as const },
		],
	};

	test("offers fields first and quotes names that could not be read without", () => {
		expect(
			completionsAt("l", 1, input)
				.map(({ word }) => word)
				.slice(0, 3),
		).toEqual(["litres", "Level", '"limit"']);
		expect(completionsAt("litres > ", 9, input)).toEqual([]);
	});

	test("offers functions with how they are written, what they do and an example", () => {
		const [offer] = completionsAt("temp > date_t", 13, input);
		expect(offer?.word).toBe("date_trunc(");
		expect(offer?.help).toMatchObject({ signature: "date_trunc(part, timestamp [, zone])" });
		expect(offer?.help?.summary).toMatch(/\.$/);
		expect(offer?.help?.example).toContain("date_trunc(");
	});

	test("knows the innermost function around the caret", () => {
		const text = "round(greatest(litres, (2)), 'a(b') + lower('x')";
		const named = (caret: number) => functionAt(text, caret)?.name;
		expect([named(3), named(6), named(17), named(25), named(28), named(33), named(36)]).toEqual([
			undefined,
			"round",
			"greatest",
			"greatest",
			"round",
			"round",
			undefined,
		]);
	});

	test("replaces the letters before the caret", () => {
		expect(insertCompletion("a > li and b", 6, "litres")).toEqual({ text: "a > litres and b", caret: 10 });
	});
});

describe("a tap", () => {
	const row = (id: number, value: unknown) => ({ id: String(id), at: id, key: "pump-1", sizeBytes: 1, value: JSON.stringify(value) });

	test("keeps the newest five hundred rows, twenty of a frame", () => {
		let view = takeFrame({ rows: [], seen: 0, shown: 0 }, { rows: Array.from({ length: 30 }, (_, i) => row(i, {})), seen: 1_000 });
		expect(view.rows).toHaveLength(20);
		expect(view.rows[0]?.id).toBe("29");
		expect(samplingText(view)).toBe("Sampling 1 in 50");
		for (let i = 0; i < 40; i++) view = takeFrame(view, { rows: Array.from({ length: 20 }, (_, j) => row(i * 20 + j, {})), seen: 20 });
		expect(view.rows).toHaveLength(500);
	});

	test("does not speak of sampling when every record is shown", () => {
		expect(samplingText(takeFrame({ rows: [], seen: 0, shown: 0 }, { rows: [row(1, {})], seen: 1 }))).toBeUndefined();
	});

	test("names the fields that changed since the record before", () => {
		expect([...changedSince(row(2, { litres: 2, open: true }), row(1, { litres: 1, open: true }))]).toEqual(["litres"]);
		expect(filterRows([row(1, { litres: 1 }), row(2, { open: true })], "OPEN")).toHaveLength(1);
	});
});

test("a topic filter is told in words", () => {
	expect(explainTopic("tanks/+/level")).toBe("Takes tanks/⟨anything⟩/level.");
	expect(explainTopic("tanks/#")).toBe("Takes tanks and everything below it.");
	expect(explainTopic("#")).toBe("Takes every topic.");
});

test("main ports sit around the middle of a card and side ports below", () => {
	const port = (side?: true) => ({ name: "p", summary: "", ...(side === undefined ? {} : { side }) });
	expect(portOffsets([port()])).toEqual([0]);
	expect(portOffsets([port(), port(true)])).toEqual([0, 25]);
	expect(portOffsets([port(), port()])).toEqual([-12.5, 12.5]);
});
