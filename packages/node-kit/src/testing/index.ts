export { type CaseOutcome, type CaseStep, casesSchema, type NodeCase } from "./cases.ts";
export { expectedOf, inAnyOrder, matchable } from "./expected.ts";
export { MemorySpill } from "./memory-spill.ts";
export { type PlayOptions, playCase, type ReadPayloads, respread, type TestMedium, WAYS, type Way } from "./play.ts";
