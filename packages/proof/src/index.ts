export { DRILLS, type DrillName, drill } from "./drill.ts";
export { FAULTS, type Fault } from "./faults/index.ts";
export { byPort, Gate } from "./gate.ts";
export { MUTANTS, type Mutant } from "./mutants.ts";
export { type ProofOptions, prove } from "./prove.ts";
export { SHAPES } from "./shapes/index.ts";
