import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

type Mode = "light" | "dark";

function token(name: string, mode: Mode): string {
	const found = new RegExp(`--weir-${name}:\\s*light-dark\\((#[0-9a-f]{6}),\\s*(#[0-9a-f]{6})\\)`).exec(css);
	if (found === null) throw new Error(`tokens.css has no colour ${name}.`);
	return (mode === "light" ? found[1] : found[2]) ?? "";
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
	const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
	return (high + 0.05) / (low + 0.05);
}

const TEXT: readonly (readonly [string, string])[] = [
	["text", "surface"],
	["text", "sunken"],
	["text", "canvas"],
	["text", "accent-soft"],
	["text-muted", "surface"],
	["text-muted", "sunken"],
	["text-muted", "canvas"],
	["on-accent", "accent"],
	["accent-text", "accent-soft"],
	["accent-text", "surface"],
	["ok-text", "ok-soft"],
	["warn-text", "warn-soft"],
	["error-text", "error-soft"],
	["ok-text", "surface"],
	["warn-text", "surface"],
	["error-text", "surface"],
];

const GRAPHICS: readonly (readonly [string, string])[] = [
	["control-border", "surface"],
	["control-border", "sunken"],
	["accent", "canvas"],
	["accent", "surface"],
	["ok", "surface"],
	["warn", "surface"],
	["error", "surface"],
	["warn", "canvas"],
	["error", "canvas"],
	["idle", "surface"],
	["edge-idle", "canvas"],
	["edge-idle", "surface"],
	...["source", "transform", "stateful", "ml", "control", "sink"].map((category) => ["on-tile", category] as const),
];

describe.each<Mode>(["light", "dark"])("colours in %s", (mode) => {
	test.each(TEXT)("%s can be read on %s", (front, back) => {
		expect(contrast(token(front, mode), token(back, mode))).toBeGreaterThanOrEqual(4.5);
	});

	test.each(GRAPHICS)("%s can be seen on %s", (front, back) => {
		expect(contrast(token(front, mode), token(back, mode))).toBeGreaterThanOrEqual(3);
	});
});
