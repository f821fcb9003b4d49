import { cityAir } from "./city-air.ts";
import { pumpAverages } from "./pump-averages.ts";
import { taxiTrips } from "./taxi-trips.ts";
import type { FlowTemplate } from "./template.ts";

export type { FlowTemplate } from "./template.ts";

/** Drawings to start from, all of them working with simulated data and no field typed. */
export const templates: readonly FlowTemplate[] = [pumpAverages, taxiTrips, cityAir];
