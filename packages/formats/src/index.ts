export { fieldText } from "./field-text.ts";
export { inferSchema } from "./infer.ts";
export { MAX_DEPTH } from "./json/scan.ts";
export { keyedHash } from "./keyed-hash.ts";
export type { AddedFrame, BatchReader, FormatName, ReaderOptions, ReadFailure } from "./options.ts";
export { createReader } from "./reader.ts";
export { type SplitBody, type SplitFault, type SplitOptions, splitRecords } from "./split.ts";
export { parseTimestamp } from "./timestamp.ts";
