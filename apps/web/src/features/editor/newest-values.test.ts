import { expect, test } from "vitest";
import { newestValues } from "./newest-values.ts";

test("reads the newest JSON record, past those that are broken", () => {
	expect(newestValues(['{"temp', '{"device":"a","temp":1.5,"on":true}', '{"device":"b"}'])).toEqual({
		device: "a",
		temp: "1.5",
		on: "true",
	});
});

test.each([
	['{"e":[{"n":"fare","v":"12.5"},{"n":"kind","sv":"CSH"}],"bt":1}', { fare: "12.5", kind: "CSH" }],
	['[{"n":"temp","v":21},{"n":"state","vs":"ok"}]', { temp: "21", state: "ok" }],
])("reads the fields of %s", (text, values) => {
	expect(newestValues([text])).toEqual(values);
});

test("cuts what does not fit on a line, and knows nothing of no record", () => {
	expect(newestValues([JSON.stringify({ note: "x".repeat(90) })]).note).toHaveLength(40);
	expect(newestValues([])).toEqual({});
});
