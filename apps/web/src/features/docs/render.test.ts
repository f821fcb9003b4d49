import { expect, test } from "vitest";
import { hrefOf, renderDoc } from "./render.ts";

test("shows tags in the text as text", () => {
	expect(renderDoc("Hello <script>alert(1)</script> <b onclick=x>you</b>", "concepts/a")).not.toMatch(/<script|<b/);
});

test("leads nowhere from a link that runs code", () => {
	expect(renderDoc("[pump](javascript:alert(1))", "concepts/a")).toBe("<p>pump</p>\n");
});

test("turns links between files into links between pages", () => {
	expect(hrefOf("../concepts/event-time.md#late", "nodes/dedup")).toBe("/docs/concepts/event-time#late");
	expect(hrefOf("delivery.md", "concepts/event-time")).toBe("/docs/concepts/delivery");
	expect(hrefOf("https://example.com/a", "nodes/dedup")).toBe("https://example.com/a");
});

test("gives headings an address", () => {
	expect(renderDoc("## Allowed lateness", "concepts/event-time")).toBe('<h2 id="allowed-lateness">Allowed lateness</h2>\n');
});
