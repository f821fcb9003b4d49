import { expect, test } from "vitest";
import { withGaps } from "./gaps.ts";

test("leaves a gap where nothing was measured", () => {
	const { times, points } = withGaps([{ at: 0 }, { at: 60 }, { at: 240 }], 60);
	expect(times).toEqual([0, 60, 120, 240]);
	expect(points.map((point) => point?.at)).toEqual([0, 60, undefined, 240]);
});

test("takes a point that is a little late for what it is", () => {
	expect(withGaps([{ at: 0 }, { at: 80 }], 60).times).toEqual([0, 80]);
});
