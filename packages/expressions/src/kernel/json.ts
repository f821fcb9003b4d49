import type { JsonColumn } from "@weir/records";
import { isJson } from "../json-text.ts";
import { printExpression } from "../print.ts";
import type { JsonAccess, TypedExpression } from "../tree.ts";
import { jsonOf, numbersOf, textColumn, textsOf } from "./columns.ts";
import { Failure } from "./failure.ts";
import { elementAt, memberNamed, type Span } from "./json-scan.ts";
import { bothValid, type Compile, type Evaluate, roomFor } from "./run.ts";
import { TextOutput } from "./text-table.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** `->` gives the bytes of the part, in the same slab; `->>` its text, and null for json's null. */
export function compileMember(tree: JsonAccess, compile: Compile): Evaluate {
	const operand = compile(tree.operand);
	const key = compile(tree.key);
	const isByName = tree.key.type === "text";
	const place = printExpression(tree);
	const output = new TextOutput();
	return (run, rows, count) => {
		const json = jsonOf(operand(run, rows, count));
		const keys = key(run, rows, count);
		const given = bothValid(run, json.valid, keys.valid, rows, count);
		const valid = run.bytes();
		const starts = run.ints();
		const ends = run.ints();
		const texts = tree.type === "text" ? output.begin() : undefined;
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			const span =
				given !== undefined && given[row] === 0
					? undefined
					: isByName
						? memberNamed(json.slab, spanOf(json, row), textsOf(keys).dictionary.valueAt(textsOf(keys).codes[row] as number))
						: elementAt(json.slab, spanOf(json, row), numbersOf(keys).values[row] as number);
			valid[row] = span === undefined ? 0 : 1;
			starts[row] = span?.start ?? 0;
			ends[row] = span?.end ?? 0;
			if (span === undefined || texts === undefined) continue;
			const text = textAt(json.slab, span);
			const kept = text === undefined ? undefined : keptText(text);
			if (kept === undefined) valid[row] = 0;
			else if (kept instanceof Failure) run.fail(row, `${kept.why} in \`${place}\`.`);
			starts[row] = texts.codeOf(text ?? "");
		}
		return texts === undefined ? { type: "json", slab: json.slab, starts, ends, valid } : textColumn(starts, texts.dictionary, valid);
	};
}

function spanOf(json: JsonColumn, row: number): Span {
	return { start: json.starts[row] as number, end: json.ends[row] as number };
}

/** Text of a json value: a string without its quotes, null as undefined, anything else as it is written. */
export function textAt(slab: Uint8Array, { start, end }: Span): string | undefined {
	const written = decoder.decode(slab.subarray(start, end)).trim();
	if (written === "null") return undefined;
	return written.startsWith('"') ? (JSON.parse(written) as string) : written;
}

/** A text out of json, unless it holds what PostgreSQL's texts cannot. */
export function keptText(text: string): string | Failure {
	if (!text.includes("\0") && text.isWellFormed()) return text;
	return new Failure("A text that cannot be kept, with a zero character or half a character, was met");
}

/** Text as json: kept as it is written once it has been found to be json. */
export function compileToJson(operand: TypedExpression, compile: Compile, place: string): Evaluate {
	const evaluate = compile(operand);
	const bytes = new ByteSlab();
	return (run, rows, count) => {
		const { codes, dictionary, valid } = textsOf(evaluate(run, rows, count));
		const starts = run.ints();
		const ends = run.ints();
		bytes.clear();
		for (let i = 0; i < count; i++) {
			const row = rows[i] as number;
			if (valid !== undefined && valid[row] === 0) continue;
			const text = dictionary.valueAt(codes[row] as number);
			const isSound = isJson(text);
			if (!isSound) run.fail(row, `A text that is not json was met in \`${place}\`.`);
			starts[row] = bytes.length;
			// What walks over the bytes counts on json, also in rows that failed.
			bytes.add(encoder.encode(isSound ? text : "null"));
			ends[row] = bytes.length;
		}
		const column = { type: "json", slab: bytes.slab, starts, ends } as const;
		return valid === undefined ? column : { ...column, valid };
	};
}

/** Bytes of many values one behind the other, in memory that is used again. */
export class ByteSlab {
	slab = new Uint8Array(0);
	length = 0;

	clear(): void {
		this.length = 0;
	}

	add(bytes: Uint8Array): void {
		if (this.slab.length < this.length + bytes.length) {
			const grown = new Uint8Array(roomFor(this.length + bytes.length));
			grown.set(this.slab.subarray(0, this.length));
			this.slab = grown;
		}
		this.slab.set(bytes, this.length);
		this.length += bytes.length;
	}
}
