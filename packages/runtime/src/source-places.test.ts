import { partitionOf } from "@weir/records";
import { expect, it } from "vitest";
import { sourcePlaces } from "./source-places.ts";

const keys = Array.from({ length: 500 }, (_, i) => `pump-${i}`);

it.each([
	["4, then 8", [4], 8],
	["4, 8, then 32", [4, 8], 32],
	["1, then 3", [1], 3],
] as const)("gives every key of every generation to one task, which reads the newest for it too: %s", (_name, earlier, partitions) => {
	const tasks = Array.from({ length: partitions }, (_, task) => sourcePlaces("t", "door", { partitions, earlier }, task));
	for (const key of keys) {
		for (const [i, count] of [...earlier, partitions].entries()) {
			const readers = tasks.flatMap((places, task) =>
				places.some(
					(place) =>
						place.generation === i + 1 && place.partition === partitionOf(key, count) && (place.owns === undefined || place.owns(key)),
				)
					? [task]
					: [],
			);
			expect(readers).toEqual([partitionOf(key, partitions)]);
		}
	}
});

it("reads a stream that never grew where it always was, whole", () => {
	expect(sourcePlaces("t", "door", { partitions: 16 }, 7)).toEqual([
		{ stream: { tenant: "t", stream: "e:door" }, partition: 7, generation: 1, isEarlier: false },
	]);
	expect(sourcePlaces("t", "door", { partitions: 4 }, 7)).toEqual([]);
});
