import type { DoorEndpoint } from "@weir/db/gateway";
import { isWeirError } from "@weir/errors";
import { expect, it } from "vitest";
import { Generations } from "./generations.ts";

const door = (generation: number) => ({ id: "door", key: "in_door", generation }) as DoorEndpoint;

it("lets no delivery to a newer generation overtake those to the one before", async () => {
	const generations = new Generations(async () => door(2));
	const order: string[] = [];
	expect(generations.enter(door(1))).toBeUndefined();
	expect(generations.enter(door(1))).toBeUndefined();
	const newer = ["first", "second"].map((name) => generations.enter(door(2))?.then(() => order.push(name)));
	generations.leave(door(1));
	await Promise.resolve();
	expect(order).toEqual([]);
	order.push("old");
	generations.leave(door(1));
	await Promise.all(newer);
	expect(order).toEqual(["old", "first", "second"]);
	expect(generations.enter(door(2))).toBeUndefined();
});

it("gives all that were refused the same answer, and asks until it is there", async () => {
	let asked = 0;
	const generations = new Generations(async () => door(++asked < 3 ? 1 : 2));
	generations.enter(door(1));
	const found = await Promise.all([generations.after(door(1), 5_000), generations.after(door(1), 5_000)]);
	expect(found.map(({ generation }) => generation)).toEqual([2, 2]);
	expect(asked).toBe(3);
});

it("tells the device to send again when the newer generation does not come in time", async () => {
	const generations = new Generations(() => Promise.reject(new Error("away")));
	generations.enter(door(1));
	await expect(generations.after(door(1), 50)).rejects.toSatisfy((error) => isWeirError(error) && error.code === "STREAM_SEALED");
});
