export { BoundedMap } from "./bounded-map.ts";
export { type JoinShape, joinedRows, type Pairs } from "./joined-rows.ts";
export { type KeyValue, KeyValues, readKey, writeKey } from "./key-values.ts";
export { hashWords, KeyWords } from "./key-words.ts";
export { RecentKeys } from "./recent-keys.ts";
export { RowStore } from "./row-store.ts";
export { TextIds } from "./text-ids.ts";
export { TimeHeap } from "./time-heap.ts";
export { TupleIds } from "./tuple-ids.ts";
