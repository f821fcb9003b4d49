export { FAULTS, type Fault } from "./faults.ts";
export { byPort, Gate } from "./gate.ts";
export { type ProofOptions, prove, type Report } from "./prove.ts";
