export { hashWords, KeyWords } from "./key-words.ts";
export { RecentKeys } from "./recent-keys.ts";
export { TextIds } from "./text-ids.ts";
export { TupleIds } from "./tuple-ids.ts";
