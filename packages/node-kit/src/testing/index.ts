export { type CaseOutcome, type CaseStep, casesSchema, type NodeCase } from "./cases.ts";
export { expectedOf, matchable } from "./expected.ts";
export { type PlayOptions, playCase, type ReadPayloads, type TestMedium, WAYS, type Way } from "./play.ts";
