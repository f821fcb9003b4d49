export { FAULTS, type Fault } from "./faults.ts";
export { byPort, Gate } from "./gate.ts";
export { MUTANTS, type Mutant } from "./mutants.ts";
export { type ProofOptions, prove, type Report } from "./prove.ts";
