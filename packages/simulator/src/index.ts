export type { Target } from "./client.ts";
export { type FleetOptions, fleetSamples } from "./fleet.ts";
export { readSamples } from "./read-file.ts";
export type { Delivery, Sample, Samples } from "./sample.ts";
export { air, type FleetField, pumps, type Shape, shapeOf, taxi } from "./shapes.ts";
export { type Simulation, type SimulationOptions, type SimulationReport, simulate } from "./simulate.ts";
