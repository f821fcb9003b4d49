import { catalogue } from "@weir/nodes/definitions";
import { expect, test } from "vitest";
import { settingsOf } from "./settings.ts";

test("settings are told as the form shows them: what they begin with, and while what they count", () => {
	const definition = catalogue.get("tumbling-window");
	if (definition === undefined) throw new Error("There is no tumbling window.");
	const byPath = new Map(settingsOf(definition).map((setting) => [setting.path, setting]));
	expect(byPath.get("sizeMs")).toMatchObject({
		title: "Length",
		initial: "1 min",
		help: expect.stringContaining("Only while Counted in is duration."),
	});
	expect(byPath.get("timeZone")?.help).toContain("Only while Counted in is not duration.");
	expect(byPath.get("aggregates")?.initial).toBe("count");
});
