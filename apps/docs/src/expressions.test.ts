import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeFunctions } from "@weir/expressions";
import { expect, it } from "vitest";
import { expressionsPage } from "./expressions.ts";

it("has a page of the language that says what the checker does (else: npm run expressions -w @weir/docs)", () => {
	expect(readFileSync(fileURLToPath(new URL("../concepts/expressions.md", import.meta.url)), "utf8")).toBe(expressionsPage());
});

it("shows every function on the page", () => {
	const page = expressionsPage();
	for (const { signature } of describeFunctions()) expect(page).toContain(`| \`${signature.replaceAll("|", "\\|")}\` |`);
});
