import { expect, it } from "vitest";
import { pathAt, pathBase, pathFault, pathSpanMs } from "./path.ts";

const names = { tenant: "plant", flow: "pumps" };

it("names folders by the time of the records, in UTC", () => {
	const at = Date.parse("2026-03-09T05:07:59.999Z");
	expect(pathAt("{tenant}/{flow}/dt={day}/hour={hour}", names, at)).toBe("plant/pumps/dt=2026-03-09/hour=05");
	expect(pathAt("y={year}/m={month}/{minute}", names, at)).toBe("y=2026/m=2026-03/07");
	expect(pathAt("", names, at)).toBe("");
});

it("uses one folder as long as its name stays the same", () => {
	expect(["a/{minute}", "{day}/{hour}", "{month}", "{tenant}/b"].map(pathSpanMs)).toEqual([60_000, 3_600_000, 86_400_000, undefined]);
	expect(pathBase("{tenant}/{flow}/dt={day}/hour={hour}")).toBe("{tenant}/{flow}");
	expect([pathBase("dt={day}"), pathBase("a/b")]).toEqual(["", "a/b"]);
});

it("says what is wrong with a path", () => {
	expect(["", "a/b", "{tenant}/dt={day}"].map(pathFault)).toEqual([undefined, undefined, undefined]);
	expect(pathFault("{flwo}/x")).toContain("There is no {flwo}");
	for (const path of ["{day", "day}"]) expect(pathFault(path)).toContain("brace");
	for (const path of ["/a", "a/", "a//b", "../a", "a/./b", "a\\b"]) expect(pathFault(path)).toContain("slash");
});
