import { expect, type Locator, type Page } from "@playwright/test";

export interface Place {
	readonly x: number;
	readonly y: number;
}

/** Words for what is on the canvas of the editor. */
export function canvas(page: Page) {
	const palette = page.getByRole("navigation", { name: "Palette" });
	const node = (name: string) => page.getByRole("group", { name: new RegExp(`^${literal(name)},`) });
	return {
		node,
		nodes: page.locator(".react-flow__node"),
		edges: page.locator('[data-testid^="rf__edge-"]'),
		/** Edges that carry records right now. */
		flowing: page.locator('.weir-line[data-flowing="true"]'),
		saved: page.getByTestId("save-status"),
		deployButton: page.getByRole("banner").getByRole("button", { name: "Deploy" }),
		problems: page.getByRole("banner").getByRole("button", { name: /^\d+ problems?$/ }),
		output: (name: string, port = "out") => page.getByRole("button", { name: `Output ${port} of ${name}`, exact: true }),
		input: (name: string, port = "in") => page.getByRole("button", { name: `Input ${port} of ${name}`, exact: true }),

		async ready() {
			await expect(page.locator('[data-canvas-ready="true"]')).toBeVisible({ timeout: 20_000 });
		},
		async isSaved() {
			await expect(page.getByTestId("save-status")).toHaveAttribute("data-save-state", "saved", { timeout: 15_000 });
		},
		async select(name: string) {
			await node(name).click({ position: { x: 70, y: 14 } });
			await expect(page.getByRole("textbox", { name: "Name of the node" })).toHaveValue(name);
		},
		/** Drags a kind from the palette to a place of the screen. */
		async put(kind: string, at: Place) {
			await drag(page, palette.locator(`[data-kind="${kind}"]`).last(), at);
		},
		/** Drags a line from an output to an input. */
		async connect(from: Locator, to: Locator) {
			await drag(page, from, to);
		},
	};
}

/** Presses on something, moves as a hand does, and lets go elsewhere. */
async function drag(page: Page, from: Locator, to: Locator | Place) {
	const start = await middle(from);
	const end = "x" in to ? to : await middle(to);
	await page.mouse.move(start.x, start.y);
	await page.mouse.down();
	await page.mouse.move(start.x + 8, start.y + 4);
	await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 2 });
	await page.mouse.move(end.x, end.y, { steps: 2 });
	await page.mouse.up();
}

async function middle(place: Locator): Promise<Place> {
	await place.scrollIntoViewIfNeeded();
	const box = await place.boundingBox();
	if (box === null) throw new Error("What is to be dragged is not drawn.");
	return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function literal(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
