import { expect, it } from "vitest";
import { fieldProblem, nearestName, repeatProblems } from "./fields.ts";

const input = {
	fields: [
		{ name: "temperature", type: "number" as const },
		{ name: "status", type: "text" as const },
	],
};

it("suggests the name that was most likely meant", () => {
	expect(nearestName("temprature", ["humidity", "temperature"])).toBe("temperature");
	expect(nearestName("pressure", ["humidity", "temperature"])).toBeUndefined();
	expect(fieldProblem(input, "Temperatur", "field")?.message).toBe("No field Temperatur arrives here. Did you mean temperature?");
});

it("names a field of the wrong type with what is needed", () => {
	expect(fieldProblem(input, "status", "aggregates.0.field", ["number", "integer"])).toMatchObject({
		code: "field-type",
		path: "aggregates.0.field",
		message: "The field status is of type text, and this needs number or integer. Choose another field.",
	});
	expect(fieldProblem(input, "temperature", "field", ["number"])).toBeUndefined();
	expect(fieldProblem(undefined, "anything", "field")).toBeUndefined();
});

it("finds names that are used twice", () => {
	expect(repeatProblems(["a", "b", "a"], (i) => `keys.${i}`)).toMatchObject([{ code: "name-repeated", path: "keys.2" }]);
});
