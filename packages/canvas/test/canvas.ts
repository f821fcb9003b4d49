import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import type {} from "../harness/control.ts";

/** Words of the tests for what is on the canvas. */
export function canvas(page: Page) {
	const node = (name: string) => page.getByRole("group", { name: new RegExp(`^${literal(name)},`) });
	const port = (id: string, side: "in" | "out", name: string) =>
		page.locator(`.react-flow__handle.${side === "in" ? "target" : "source"}[data-nodeid="${id}"][data-handleid="${name}"]`);
	return {
		node,
		port,
		nodes: page.locator(".react-flow__node"),
		edges: page.locator('[data-testid^="rf__edge-"]'),
		edge: (id: string) => page.getByTestId(`rf__edge-${id}`),
		saved: page.getByTestId("save-status"),
		search: page.getByRole("combobox", { name: "Search nodes" }),
		said: page.getByTestId("announcement"),

		async open(query: string) {
			await page.goto(`/?${query}`);
			await expect(page.locator('[data-canvas-ready="true"]')).toBeVisible({ timeout: 15_000 });
		},
		savedRev: () => page.getByTestId("save-status").getAttribute("data-saved-rev"),
		positionOf: (id: string) =>
			page.locator(`.react-flow__node[data-id="${id}"]`).evaluate((element) => {
				const { m41, m42 } = new DOMMatrix(getComputedStyle(element).transform);
				return { x: m41, y: m42 };
			}),
		/** Presses near the dot and lets go near the other. */
		async drag(from: Locator, to: Locator | { readonly x: number; readonly y: number }, options: { readonly hold?: boolean } = {}) {
			const start = await middle(from);
			const end = "x" in to ? to : await middle(to);
			await page.mouse.move(start.x, start.y);
			await page.mouse.down();
			await page.mouse.move(start.x + 8, start.y + 4);
			await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
			await page.mouse.move(end.x, end.y, { steps: 4 });
			if (options.hold !== true) await page.mouse.up();
		},
		/** An empty place of the canvas, in screen pixels. */
		async emptyPlace() {
			const box = await page.locator(".weir-canvas").boundingBox();
			if (box === null) throw new Error("The canvas is not drawn.");
			return { x: box.x + box.width * 0.5, y: box.y + box.height - 90 };
		},
		async expectNoAxeViolations() {
			// No frames are there, which the other way would look for; and what is right is not told, which would take half the time.
			const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
			const { violations } = await axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
			expect(
				violations.map(
					({ id, nodes }) => `${id}: ${nodes.map((one) => `${one.target.join(" ")} ${one.any[0]?.message ?? ""}`).join(" | ")}`,
				),
			).toEqual([]);
		},
	};
}

async function middle(place: Locator) {
	const box = await place.boundingBox();
	if (box === null) throw new Error("What is to be dragged is not drawn.");
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function literal(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
