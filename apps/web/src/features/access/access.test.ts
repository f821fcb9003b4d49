import { expect, test } from "vitest";
import { safeNext } from "./safe-next.ts";
import { slugOf } from "./slug.ts";

test.each([
	["/t/acme/flows?q=pump", "/t/acme/flows?q=pump"],
	[undefined, "/"],
	["https://evil.example", "/"],
	["//evil.example", "/"],
	["/\\evil.example", "/"],
	["javascript:alert(1)", "/"],
])("goes from %s to %s after signing in", (next, path) => {
	expect(safeNext(next)).toBe(path);
});

test("makes an address of a tenant's name", () => {
	expect(slugOf("  Acmé Cold Chain, Ltd. ")).toBe("acme-cold-chain-ltd");
	expect(slugOf("———")).toBe("");
});
