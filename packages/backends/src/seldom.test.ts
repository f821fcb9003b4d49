import { expect, it } from "vitest";
import { seldom } from "./seldom.ts";

it("tells the same trouble once in a while, and another one at once", () => {
	const said: string[] = [];
	let now = 0;
	const tell = seldom(
		(error) => said.push(`${now} ${error.message}`),
		5_000,
		() => now,
	);
	for (now = 0; now < 10_000; now += 10) tell(new Error("away"));
	tell(new Error("lost"));
	expect(said).toEqual(["0 away", "5000 away", "10000 lost"]);
});
