export { assertNever, invariant } from "./assert.ts";
export { type Blame, FAILURES, type FailureCode, type FailureRule, type Retry, type Scope } from "./codes.ts";
export type { Problem, ProblemFix } from "./problem.ts";
export { Secret } from "./secret.ts";
export { asWeirError, isWeirError, WeirError, type WeirErrorOptions, withPlace } from "./weir-error.ts";
