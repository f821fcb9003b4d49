/** The Emscripten module of libpg-query below its own loader, which would start to fetch the WebAssembly file on import and from a place we cannot choose. */
declare module "libpg-query/wasm/libpg-query.js" {
	export interface PgQueryModule {
		_malloc(bytes: number): number;
		_free(pointer: number): void;
		_wasm_parse_query_raw(query: number): number;
		_wasm_free_parse_result(result: number): void;
		lengthBytesUTF8(text: string): number;
		stringToUTF8(text: string, pointer: number, bytes: number): void;
		UTF8ToString(pointer: number): string;
		getValue(pointer: number, type: "i32"): number;
	}
	export default function createPgQueryModule(options?: { locateFile?(file: string, folder: string): string }): Promise<PgQueryModule>;
}
