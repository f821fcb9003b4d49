import { expect, it } from "vitest";
import { CarefulGate } from "./careful-gate.ts";

it("lets one in at a time, in turn, and nobody past while one is inside", async () => {
	const gate = new CarefulGate();
	const seen: string[] = [];
	let finish = () => {};
	const work = new Promise<void>((resolve) => {
		finish = resolve;
	});
	const first = gate.alone(async () => {
		seen.push("first in");
		await work;
		seen.push("first out");
	});
	const second = gate.alone(async () => void seen.push("second"));
	const passer = gate.inTurn(() => void seen.push("passed"));
	const third = gate.alone(async () => void seen.push("third"));
	await Promise.resolve();
	finish();
	await Promise.all([first, second, passer, third]);
	expect(seen).toEqual(["first in", "first out", "second", "passed", "third"]);
	await gate.inTurn(() => void seen.push("at once"));
	expect(seen.at(-1)).toBe("at once");
});
