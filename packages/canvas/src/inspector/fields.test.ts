import type { FieldMeta } from "@weir/node-kit";
import { expect, test } from "vitest";
import * as z from "zod";
import { fieldsOf, shownFields } from "./fields.ts";

const fields = fieldsOf(
	z.strictObject({
		mode: z
			.enum(["append", "upsert"])
			.default("append")
			.meta({ title: "Mode" } satisfies FieldMeta),
		keys: z
			.array(z.string())
			.default([])
			.meta({ title: "Key", showIf: { field: "mode", is: ["upsert"] } } satisfies FieldMeta),
		time: z
			.string()
			.default("")
			.meta({ title: "Time" } satisfies FieldMeta),
		missing: z
			.string()
			.default("")
			.meta({ title: "Without time", showIf: { field: "time", isNot: [""] } } satisfies FieldMeta),
	}),
);

const shown = (values: Record<string, unknown>, broken: readonly string[] = []) =>
	shownFields(fields, values, (name) => broken.includes(name)).map(({ name }) => name);

test("a field is shown while another has one of its values, also where that is only its default", () => {
	expect(shown({})).toEqual(["mode", "time"]);
	expect(shown({ mode: "upsert" })).toEqual(["mode", "keys", "time"]);
	expect(shown({ mode: "append", time: "ts" })).toEqual(["mode", "time", "missing"]);
});

test("a field with a problem is shown although it is of no use, so that nothing blocks unseen", () => {
	expect(shown({ mode: "append" }, ["keys"])).toEqual(["mode", "keys", "time"]);
});
