import { expect, it } from "vitest";
import { readCommand } from "./command.ts";
import { readEnv } from "./env.ts";

const read = (...args: string[]) => readCommand(args, readEnv(), 0);

it("says in a sentence what is wrong with the command line", async () => {
	await expect(read("--file", "/nowhere/trips.csv")).rejects.toThrow("There is no file /nowhere/trips.csv: check the path after --file.");
	await expect(read("--fleet", "ships")).rejects.toThrow('There is no fleet "ships": choose');
	await expect(read("--as", "coap")).rejects.toThrow('--as takes http or mqtt; "coap" is neither.');
});
