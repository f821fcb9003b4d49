import { assertNever } from "@weir/errors";
import type { FieldType } from "@weir/records";
import type { Aggregate, AggregateFunction } from "../../aggregate.ts";
import { Blocks } from "../blocks.ts";
import type { SlotMemory } from "../slot-memory.ts";
import type { Accumulator } from "./accumulator.ts";
import { Collect } from "./collect.ts";
import { Count } from "./count.ts";
import { Distinct } from "./distinct.ts";
import { Edge } from "./edge.ts";
import { Extreme } from "./extreme.ts";
import { Percentile } from "./percentile.ts";
import { Sketch } from "./sketch.ts";
import { Spread } from "./spread.ts";
import { Sum } from "./sum.ts";

/** Numbers that a function keeps per slot. */
export function widthOf(name: AggregateFunction): number {
	switch (name) {
		case "count":
		case "min":
		case "max":
			return 1;
		case "first":
		case "last":
			return 2;
		case "sum":
		case "avg":
		case "stddev":
		case "variance":
		case "stddev_pop":
		case "variance_pop":
			return 3;
		case "count_distinct":
		case "median":
		case "percentile":
		case "approximate_percentile":
		case "collect":
			return Blocks.WIDTH;
		default:
			return assertNever(name);
	}
}

/** What gathers an aggregate of a field of this type, in the slot memory from `offset` on. */
export function createAccumulator(aggregate: Aggregate, type: FieldType, memory: SlotMemory, offset: number): Accumulator {
	switch (aggregate.function) {
		case "count":
			return new Count(memory, offset);
		case "count_distinct":
			return new Distinct(memory, offset, type);
		case "sum":
			return new Sum(memory, offset, false);
		case "avg":
			return new Sum(memory, offset, true);
		case "min":
			return new Extreme(memory, offset, type, false);
		case "max":
			return new Extreme(memory, offset, type, true);
		case "first":
			return new Edge(memory, offset, type, false);
		case "last":
			return new Edge(memory, offset, type, true);
		case "median":
			return new Percentile(memory, offset, 50);
		case "percentile":
			return new Percentile(memory, offset, aggregate.percent);
		case "approximate_percentile":
			return new Sketch(memory, offset, aggregate.percent);
		case "stddev":
			return new Spread(memory, offset, { isRoot: true, isSample: true });
		case "variance":
			return new Spread(memory, offset, { isRoot: false, isSample: true });
		case "stddev_pop":
			return new Spread(memory, offset, { isRoot: true, isSample: false });
		case "variance_pop":
			return new Spread(memory, offset, { isRoot: false, isSample: false });
		case "collect":
			return new Collect(memory, offset, type, aggregate.atMost);
		default:
			return assertNever(aggregate.function);
	}
}
