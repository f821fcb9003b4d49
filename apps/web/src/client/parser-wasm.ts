/** Where the browser finds PostgreSQL's parser, with which expressions are checked while they are typed. */
export const PARSER_WASM = new URL("libpg-query/wasm/libpg-query.wasm", import.meta.url).href;
