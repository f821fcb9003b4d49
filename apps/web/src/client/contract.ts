/** Shapes the API promises, as types only: the pages carry none of its code. */
export type * from "../server/api/contract/index.ts";
