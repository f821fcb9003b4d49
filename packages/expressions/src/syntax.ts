import type { Checker } from "./check/checker.ts";
import { parseSql, type SyntaxRefusal } from "./parser.ts";
import { indexOfCodePoint, wordAt } from "./problems.ts";

/** Says in a sentence why PostgreSQL could not read the text, at the place it stumbled. */
export function reportSyntax(checker: Checker, text: string, refusal: SyntaxRefusal, prefixLength: number): void {
	const { message, position } = betterPlaced(text, refusal, prefixLength);
	const index = Math.min(indexOfCodePoint(text, position), text.length);
	const word = wordAt(text, index);
	if (message.startsWith("unterminated quoted string")) {
		checker.reportAt("expression-syntax", index, "A text begins here with ' but has no end; close it with '.");
	} else if (message.startsWith("unterminated quoted identifier")) {
		checker.reportAt("expression-syntax", index, 'A name begins here with " but has no end; close it with ".');
	} else if (message.startsWith("unterminated /* comment")) {
		checker.reportAt("expression-syntax", index, "A comment begins here with /* but has no end; close it with */.");
	} else if (message.startsWith("syntax error at end of input") || index >= text.trimEnd().length) {
		checker.reportAt("expression-syntax", text.trimEnd().length, `The expression is not complete: ${missingEnd(text)}.`);
	} else if (message.startsWith("syntax error at or near")) {
		reportWord(checker, text, index, word);
	} else {
		checker.reportAt("expression-syntax", index, `PostgreSQL cannot read this: ${message}.`);
	}
}

/** Behind a bare SELECT a word such as `order` begins a clause and the stumble comes late; in parentheses it comes at the word itself. */
function betterPlaced(text: string, refusal: SyntaxRefusal, prefixLength: number): SyntaxRefusal {
	const placed = { message: refusal.message, position: Math.max(0, refusal.position - prefixLength) };
	if (!refusal.message.startsWith("syntax error at or near")) return placed;
	const prefix = "SELECT (";
	const again = parseSql(`${prefix}${text}\n)`);
	if (again === undefined || !("message" in again)) return placed;
	const position = again.position - prefix.length;
	return position >= 0 && position < placed.position ? { message: again.message, position } : placed;
}

function missingEnd(text: string): string {
	const opened = text.split("(").length - text.split(")").length;
	return opened > 0 ? "a closing parenthesis is missing" : "something must follow at its end";
}

function reportWord(checker: Checker, text: string, index: number, word: string): void {
	const field = checker.schema.fields.find(({ name }) => name.toLowerCase() === word.toLowerCase());
	if (field !== undefined) {
		const mended = `${text.slice(0, index)}"${field.name}"${text.slice(index + word.length)}`;
		const message = `\`${word}\` is a word of SQL. Put it in double quotes to mean the field: "${field.name}".`;
		checker.reportAt("expression-syntax", index, message, mended);
		return;
	}
	const before = /\S+\s*$/.exec(text.slice(0, index))?.[0].trim();
	const behind = before === undefined ? "at the beginning" : `after \`${before}\``;
	checker.reportAt("expression-syntax", index, `\`${word}\` cannot stand ${behind}; check what is missing or too much there.`);
}
