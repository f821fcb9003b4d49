import { describeFunctions, type FunctionDescription } from "@weir/expressions";

/** Chapters in the order of the page. */
const CHAPTERS = ["Values", "Numbers", "Text", "Regular expressions", "Time", "Json", "Arrays"];

const INTRODUCTION = `# Expressions

Conditions, computed fields and routes are written in SQL: \`temperature > 20 and status = 'ok'\`, \`round(fare / nullif(distance, 0), 2)\`. The text is read by PostgreSQL's own grammar and means what PostgreSQL means by it. A test asks a real PostgreSQL about thousands of generated expressions and compares values, nulls and failures.

An expression sees one record. It cannot look at other records (a window does that), at tables, at the clock or at chance, so that a replay gives the same result. A record for which it fails, such as by a division by zero, goes to the dead letters with a sentence; the others go on.

## Values

| type | what it holds | written |
|---|---|---|
| number | double precision, always finite | \`2.5\`, \`1e3\` |
| integer | whole numbers up to ±9007199254740991 | \`42\` |
| boolean | true or false | \`true\` |
| text | | \`'it''s'\` |
| timestamp | a moment, kept in UTC | \`'2026-11-24 16:00+01'\` |
| json | any json value, as it came; arrays are json too | \`'{"a": 1}'::json\`, \`array[1, 2]\` |

Two more exist within an expression only. An **interval** is a length of time: \`measured_at - sent_at > interval '5 minutes'\`. A **local time** is what clocks in a zone show: \`measured_at at time zone 'Europe/Zurich'\`. Months and years occur only in constants that are added to a timestamp, because they are not all of one length.

**Null** is a value that is not known. Whatever is calculated with it is null, a comparison with it is neither true nor false, and a condition keeps only records for which it is true. \`false and null\` is false and \`true or null\` is true, as the unknown does not matter there. Ask with \`is null\`, and put something in its place with \`coalesce\`.

**Names.** A field is written by its name, as it is: \`deviceId\`. A name with spaces, or one that is a word of SQL, stands in double quotes: \`"order"\`. Texts stand in single quotes.

## Operators

From those that bind most tightly to those that bind least; the rows from \`->\` to \`~\` bind equally:

| operator | meaning |
|---|---|
| \`::\` | the value as another type: \`note::integer\` |
| \`-\` before a value | its negative |
| \`at time zone\` | what clocks in a zone show at a moment, or the moment at which they show it |
| \`^\` | power |
| \`*\` \`/\` \`%\` | product, quotient, rest; integers divided by integers stay whole |
| \`+\` \`-\` | sum, difference; also of timestamps and intervals |
| \`->\` \`->>\` \`#>\` \`#>>\` | reach into json by name or by place from 0, and by a path; the double arrow gives text |
| \`?\` | whether a json object has a member of this name |
| \`&\` \`\\|\` \`#\` \`<<\` \`>>\` | bits of integers: and, or, exclusive or, shifts |
| \`\\|\\|\` | texts one after the other |
| \`~\` \`~*\` \`!~\` \`!~*\` | whether a regular expression occurs, with the star in any case of letters, with the exclamation mark not |
| \`between\` \`in\` \`like\` \`ilike\` | \`x between 1 and 5\`, \`x in (1, 2)\`, \`code like 'A%'\`; also \`= any (array)\` |
| \`=\` \`<>\` \`<\` \`<=\` \`>\` \`>=\` | comparison |
| \`is null\` \`is true\` \`is distinct from\` | tests that are never null themselves |
| \`not\`, then \`and\`, then \`or\` | what stands behind is not looked at where it does not matter |

\`case when … then … else … end\` chooses; a branch that is not taken cannot fail.

## Numbers that do not fit

A result beyond the range fails; it never wraps round and never becomes infinite. That holds for integers beyond ±9007199254740991, for numbers beyond 1.8e308, for a product or quotient too small to be told from zero, and for division by zero.

## Regular expressions

They are written as PostgreSQL's *advanced* ones: \`[[:alpha:]]\`, \`\\d\`, \`\\w\`, \`\\s\`, \`\\m\` and \`\\M\` for the ends of words, \`{2,5}\`, \`*?\`, \`(?:…)\`, \`(?i)\`. Of the matches that begin first the longest is taken, or the shortest when the first repetition has a question mark behind it.

A text is searched in one pass, whatever the pattern: nobody can write one that keeps a worker busy. Two things that make this impossible are therefore refused: looking ahead or behind (\`(?=…)\`) and going back to what a group found (\`\\1\`).

## Where this differs from PostgreSQL

Each on purpose:

- Integers end at ±(2^53 − 1) and numbers are double precision: \`2.5\` is not a decimal, so \`round(2.5)\` is 2. \`round(x, n)\`, \`div\` and \`%\` calculate in decimal. What would be infinite there (\`cosh(1000)\`) fails here.
- \`::int\` and \`::bigint\` are one type, and so are \`::numeric\`, \`::real\` and \`::number\`. Types have no length.
- \`::timestamp\` is a moment in UTC, years 1 to 9999. Microseconds are exact between 1684 and 2255. The session's time zone does not exist: name a zone where one matters. Zones have full names (\`Europe/Zurich\`), no abbreviations and no signed hours, since those mean different things in different places.
- An interval has no months unless it is a constant, and a day of it has 24 hours.
- Arrays are json, so elements count from 0 with \`->\` and brackets are not available; \`regexp_match\` and \`string_to_array\` give json. \`array_position\` counts from 1, as there.
- When a group of a regular expression stands in a repetition or holds a choice, and there are several ways to divide a match among the groups, the first way in the order of the pattern is taken. What is matched as a whole is the same.
- A name without quotes finds \`deviceId\` as written; only then is it folded to small letters.
- Texts are ordered by code point; \`lower\` and \`upper\` map letter by letter.
- \`to_timestamp(text, format)\` takes only texts that are written in the format, and formats have no ordinals, zones or Roman numerals.
- The options of a pattern, the format of \`to_char\` and \`to_timestamp\`, and the part in \`extract\` and \`date_trunc\` must be constants, and so must the stride in \`date_bin\`.
- A computed text has at most 65,536 characters, an expression 8,000 characters, 100 levels and 500 operations.

## Functions
`;

function chapterOf(group: string, functions: readonly FunctionDescription[]): string {
	const rows = functions.map(
		({ signature, summary, example, isOwn }) =>
			`| ${code(signature)} | ${cell(summary)}${isOwn ? " Not in PostgreSQL." : ""} | ${code(example)} |`,
	);
	return `### ${group}\n\n| written | what it gives | example |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|");
}

function code(text: string): string {
	return `\`${cell(text)}\``;
}

/** The page of the language, its functions out of the table that the checker uses. */
export function expressionsPage(): string {
	const functions = describeFunctions();
	const chapters = CHAPTERS.map((group) =>
		chapterOf(
			group,
			functions.filter((each) => each.group === group),
		),
	);
	return `${INTRODUCTION}\n${chapters.join("\n")}`;
}
