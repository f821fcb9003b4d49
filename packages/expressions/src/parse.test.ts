import type { RecordSchema } from "@weir/records";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { fieldsOf, loadParser, parseExpression, printExpression, typeOf } from "./index.ts";

const PUMPS: RecordSchema = {
	fields: [
		{ name: "deviceId", type: "text" },
		{ name: "temperature", type: "number" },
		{ name: "litres", type: "integer" },
		{ name: "status", type: "text" },
		{ name: "isOpen", type: "boolean" },
		{ name: "measured_at", type: "timestamp" },
		{ name: "reading", type: "json" },
		{ name: "order", type: "integer" },
		{ name: "user", type: "text" },
	],
};

function problemOf(text: string) {
	const { problems, tree } = parseExpression(text, PUMPS);
	expect(tree).toBeUndefined();
	expect(problems.length).toBeGreaterThan(0);
	return problems[0];
}

function treeOf(text: string) {
	const { problems, tree } = parseExpression(text, PUMPS);
	expect(problems).toEqual([]);
	if (tree === undefined) throw new Error("There is no tree.");
	return tree;
}

it("says nothing before the parser is loaded", async () => {
	vi.resetModules();
	const fresh = await import("./index.ts");
	expect(fresh.isParserLoaded()).toBe(false);
	expect(fresh.parseExpression("nonsense (", PUMPS)).toEqual({ problems: [] });
});

describe("parseExpression", () => {
	beforeAll(() => loadParser());

	it("gives a frozen tree with types and fields", () => {
		const tree = treeOf("temperature > 20 and status = 'ok'");
		expect(typeOf(tree)).toBe("boolean");
		expect(fieldsOf(tree)).toEqual(["temperature", "status"]);
		expect(Object.isFrozen(tree)).toBe(true);
		expect(tree).toEqual({
			kind: "and",
			type: "boolean",
			operands: [
				{
					kind: "compare",
					type: "boolean",
					operator: ">",
					left: { kind: "field", type: "number", name: "temperature" },
					right: { kind: "literal", type: "number", value: 20 },
				},
				{
					kind: "compare",
					type: "boolean",
					operator: "=",
					left: { kind: "field", type: "text", name: "status" },
					right: { kind: "literal", type: "text", value: "ok" },
				},
			],
		});
	});

	it("finds a field whose name has capitals without quotes", () => {
		expect(printExpression(treeOf("deviceId = 'pump-1' and ISOPEN"))).toBe("(deviceId = 'pump-1') and isOpen");
	});

	it("points at an unknown field and suggests the nearest, with the text mended", () => {
		expect(problemOf("litres > 1 and\n  temprature > 20")).toEqual({
			code: "expression-unknown-field",
			severity: "error",
			message: "There is no field `temprature`. Did you mean `temperature`?",
			at: { line: 2, column: 3, word: "temprature" },
			mended: "litres > 1 and\n  temperature > 20",
		});
	});

	it("reports every problem of a text, not only the first", () => {
		expect(parseExpression("temprature > 1 and statos = 'ok'", PUMPS).problems).toHaveLength(2);
	});

	it("counts columns in UTF-16 units behind letters of several bytes", () => {
		expect(problemOf("status = 'größe 😀' and litre > 1")?.at).toEqual({ line: 1, column: 25, word: "litre" });
		expect(problemOf("status = 'größe 😀' and and")?.at).toEqual({ line: 1, column: 25, word: "and" });
	});

	it.each([
		["", "Write an expression, for example temperature > 20."],
		["temperature >", "The expression is not complete: something must follow at its end."],
		["(temperature > 2", "The expression is not complete: a closing parenthesis is missing."],
		["status = 'ok", "A text begins here with ' but has no end; close it with '."],
		["order > 5", '`order` is a word of SQL. Put it in double quotes to mean the field: "order".'],
		["user = 'x'", '`user` is a word of SQL. Put it in double quotes to mean the field: "user".'],
		['status = "ok"', "There is no field `ok`. Text is written in single quotes: 'ok'."],
		["temperature == 20", "There is no operator `==` here. Write `=` to compare."],
		["temperature > 20 && isOpen", "There is no operator `&&` here. Write AND."],
		["isOpen || isOpen", "`||` joins texts. To say that one of two conditions is enough, write OR."],
		["temperature status", "An operator is missing before `status`; write for example AND, = or + there."],
		["temperature, status", "An expression gives one value; take out the comma and what follows."],
		["litres > 1; select 2", "Only one expression can stand here; take out the semicolon and what follows."],
		["litres > 1 from pumps", "An expression sees one record and has no FROM; take it out."],
		["distinct litres", "An expression sees one record and has no DISTINCT; take it out."],
		["litres > (select 1)", "An expression sees one record and cannot select from tables; take the SELECT out."],
		["litres > $1", "Parameters such as $1 are not available; write the value or a field."],
		["sum(litres) > 3", "`sum` brings many records together, but an expression sees one record. Use a window node for it."],
		["now() > measured_at", "The clock is not available, because a replay must give the same result; use the record's own time field."],
		["status ~ '(o'", "A group begins here with ( but has no end."],
		["status ~* '[[:alpa:]]'", "There is no class of characters [:alpa:]; did you mean [:alpha:]?"],
		[
			"status ~ '(a)\\1'",
			"Going back to what a group found, as \\1 does, is not available, because it cannot be done in one pass over the text.",
		],
		["litres ~ '1'", "`~` looks for a regular expression in a text, but here is an integer. Cast it with `::text`."],
		["regexp_match(status, 'o', 'z') is null", "There is no option `z` for a pattern; there are c, i, m, n, p, q, s, t, w and x."],
		[
			"regexp_matches(status, 'o')",
			"`regexp_matches` gives several rows; use regexp_match for the first match, or regexp_replace and regexp_count for all.",
		],
		["status similar to 'o'", "SIMILAR TO is not available; use LIKE, or a regular expression with `~`."],
		["temperature = 'warm'", "'warm' cannot be read as a number."],
		[
			"litres = 9007199254740993",
			"9007199254740993 is out of the range of an integer (up to 9007199254740991); write it with a decimal point to make it a number.",
		],
		["status > 5", "Text cannot be compared with an integer. Cast the first one, for example `…::integer`."],
		["status + 1 > 2", "`+` adds numbers, but on its left is text. Join texts with `||`, or cast with `::number`."],
		["measured_at - measured_at", "This is an interval. Take its seconds with extract(epoch from …)."],
		[
			"measured_at + 5",
			"`+` does not work on a timestamp and an integer. Write a length of time as interval '5 minutes', or as number * interval '1 second'.",
		],
		[
			"litres * interval '1 month' > interval '1 day'",
			"Months and years are not all of one length; an interval with them can only be added to or taken from a timestamp.",
		],
		["interval '1 fortnight' > interval '1 day'", "'1 fortnight' cannot be read as an interval."],
		["measured_at at time zone 'Europe/Zürich'", "There is no time zone 'Europe/Zürich'; did you mean 'Europe/Zurich'?"],
		[
			"measured_at at time zone 'Europe/Zurich'",
			"This is what clocks in a zone show, not a moment. Write it with `::text`, or bring it back with AT TIME ZONE.",
		],
		["measured_at at time zone 'CET' > '2026-01-01'", "There is no time zone 'CET'; write a name such as 'Europe/Zurich', or 'UTC'."],
		[
			"extract(hour from measured_at - '2026-01-01')",
			"Of an interval there is only extract(epoch from …), its seconds; divide those, or use extract(… from age(…, …)).",
		],
		["to_char(measured_at, status)", "The format in `to_char` must be a plain text such as 'YYYY-MM-DD HH24:MI'."],
		[
			"to_char(measured_at, 'HHTH')",
			"After HH the letters TH mean an ordinal, which is not available; put a T of your own in double quotes.",
		],
		["to_timestamp(status, 'DD.MM.')", "A format that is read needs a year, YYYY."],
		["age(measured_at, measured_at)", "`age` is written extract(part from age(later, earlier)), but here are 2 operands."],
		["isOpen | isOpen", "`|` works on the bits of integers, but here are a boolean and a boolean. Write OR to join conditions."],
		[
			"(regexp_match(status, 'o'))[1]",
			"Reach into json and arrays with `->` and `->>`, which count elements from 0: write `… ->> 0` instead of the brackets.",
		],
		["reading = '{}'", "Json cannot be compared. Take a value out of it with `->>` and compare that."],
		["reading.value > 1", "`reading` is json; reach into it with `reading ->> 'value'`."],
		["litres and isOpen", "An operand of AND must be true or false, but this is an integer. Compare it with something, for example `> 0`."],
		["rond(temperature)", "There is no function `rond`. Did you mean `round`?"],
		["round(status)", "`round` needs a number, but this is text. Cast it with `::number`."],
		["round(temperature, 1, 2)", "`round` is written round(number [, digits]), but here are 3 operands."],
		["extract(hours_ from measured_at)", "A timestamp has no part `hours_`. Did you mean `hour`?"],
		[
			"case when isOpen then 1 else 'x' || status end",
			"The results of a CASE must be of one type, but one is an integer and this is text. Cast one of them.",
		],
		["temperature::date", "There is no type `date` here. Use number, integer, boolean, text, timestamp or json."],
		["isOpen::number", "There is no cast from boolean to number. Compare it instead."],
		["status like 'a\\'", "A pattern must not end with a single backslash; write two to mean the character itself."],
		["litres > any (array[1, 2])", "Only `= any (array)` and `<> all (array)` are available; write comparisons joined with OR or AND."],
		["*", "`*` stands for all fields, but an expression gives one value; name a field."],
	])("explains %s", (text, message) => {
		expect(problemOf(text)?.message).toBe(message);
	});

	it("asks for the expected type", () => {
		expect(parseExpression("temperature", PUMPS, { expected: "boolean" }).problems[0]?.message).toBe(
			"A condition must be true or false, but this is a number. Compare it with something.",
		);
		expect(parseExpression("litres", PUMPS, { expected: "number" }).problems).toEqual([]);
		expect(parseExpression("null", PUMPS, { expected: "timestamp" }).tree?.type).toBe("timestamp");
	});

	it("takes a text constant as the type that its place asks for", () => {
		expect(treeOf("measured_at > '2026-01-01'")).toMatchObject({ right: { type: "timestamp", value: Date.UTC(2026, 0, 1) } });
		expect(treeOf("litres in ('1', 2)")).toMatchObject({ items: [{ value: 1 }, { value: 2 }] });
	});

	it("bounds length and nesting", () => {
		expect(problemOf("litres > 1 or ".repeat(700).concat("true"))?.code).toBe("expression-too-long");
		expect(problemOf(`${"not ".repeat(150)}isOpen`)?.code).toBe("expression-too-deep");
		expect(problemOf(`${"abs(".repeat(1500)}1${")".repeat(1500)}`)?.code).toBe("expression-too-deep");
	});
});
