/// <reference path="./libpg-query.d.ts" />
import { WeirError } from "@weir/errors";
import type { PgQueryModule } from "libpg-query/wasm/libpg-query.js";
import type { PgParseResult } from "./pg-nodes.ts";

export interface LoadParserOptions {
	/** Address of `libpg-query.wasm`. A browser bundle MUST give it (see the README); Node finds the file beside the package. */
	readonly locateWasm?: string;
}

/** PostgreSQL's refusal of a text; `position` counts code points from 0. */
export interface SyntaxRefusal {
	readonly message: string;
	readonly position: number;
}

let parser: PgQueryModule | undefined;
let loading: Promise<void> | undefined;

/** Makes PostgreSQL's parser ready (1.7 MB of WebAssembly); calls after the first wait for the same load. After a failure the next call tries again. */
export function loadParser(options: LoadParserOptions = {}): Promise<void> {
	loading ??= load(options).catch((cause: unknown) => {
		loading = undefined;
		throw new WeirError("INVARIANT_BROKEN", "The parser of expressions could not be loaded; check that libpg-query.wasm can be reached.", {
			cause,
		});
	});
	return loading;
}

async function load({ locateWasm }: LoadParserOptions): Promise<void> {
	const { default: createPgQueryModule } = await import("libpg-query/wasm/libpg-query.js");
	parser = await createPgQueryModule(locateWasm === undefined ? {} : { locateFile: () => locateWasm });
}

/** Whether `parseExpression` can do its work yet. */
export function isParserLoaded(): boolean {
	return parser !== undefined;
}

/** PostgreSQL's own tree of a statement, or why there is none; undefined before the parser is loaded. */
export function parseSql(sql: string): PgParseResult | SyntaxRefusal | undefined {
	if (parser === undefined) return undefined;
	const bytes = parser.lengthBytesUTF8(sql) + 1;
	const query = parser._malloc(bytes);
	let result = 0;
	try {
		parser.stringToUTF8(sql, query, bytes);
		result = parser._wasm_parse_query_raw(query);
		// PgQueryParseResult is { char *parse_tree; char *stderr_buffer; PgQueryError *error }.
		const failure = parser.getValue(result + 8, "i32");
		if (failure !== 0) {
			// PgQueryError is { char *message, *funcname, *filename; int lineno, cursorpos; char *context }, cursorpos from 1.
			const message = parser.UTF8ToString(parser.getValue(failure, "i32"));
			return { message, position: Math.max(0, parser.getValue(failure + 16, "i32") - 1) };
		}
		return JSON.parse(parser.UTF8ToString(parser.getValue(result, "i32"))) as PgParseResult;
	} finally {
		parser._free(query);
		if (result !== 0) parser._wasm_free_parse_result(result);
	}
}
