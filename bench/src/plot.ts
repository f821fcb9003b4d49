import { mkdirSync, writeFileSync } from "node:fs";

/** One line of a plot. */
export interface Series {
	readonly title: string;
	readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
	readonly title: string;
	readonly x: string;
	readonly y: string;
	readonly series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 380;
const AREA = { left: 74, top: 44, right: 24, bottom: 54 };
/** Of a line of the legend, which stands below. */
const LEGEND = 22;
/** Told apart on white and on near black, and by people who do not see red and green apart. */
const COLORS = ["#3b82f6", "#e08a00", "#b45fd6", "#0d9c8a"];
const DASHES = ["", "7 4", "2 4", "10 3 2 3"];

/** Writes a plot with both axes by powers of ten, where a cliff is a fall whatever the scale. It has a ground of its own, light or dark as the reader's. */
export function keepPlot(name: string, plot: Plot): void {
	const folder = new URL("../plots/", import.meta.url);
	mkdirSync(folder, { recursive: true });
	writeFileSync(new URL(`${name}.svg`, folder), draw(plot));
}

interface Axis {
	readonly ticks: readonly number[];
	place(value: number): number;
}

function draw({ title, x, y, series }: Plot): string {
	const across = axis(
		series.flatMap(({ points }) => points.map(([value]) => value)),
		AREA.left,
		WIDTH - AREA.right,
		false,
	);
	const up = axis(
		series.flatMap(({ points }) => points.map(([, value]) => value)),
		HEIGHT - AREA.bottom,
		AREA.top,
		true,
	);
	const whole = HEIGHT + series.length * LEGEND;
	const parts = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${whole}" width="${WIDTH}" height="${whole}" role="img" aria-label="${escaped(title)}">`,
		"<style>",
		"text { font: 13px system-ui, sans-serif; fill: #1f2328 } .ground { fill: #ffffff } .grid { stroke: #d1d9e0 } .title { font-weight: 600; font-size: 15px }",
		"@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ground { fill: #0d1117 } .grid { stroke: #30363d } }",
		"</style>",
		`<rect class="ground" width="${WIDTH}" height="${whole}" rx="6"/>`,
		`<text class="title" x="${AREA.left}" y="26">${escaped(title)}</text>`,
	];
	for (const tick of across.ticks) {
		const at = across.place(tick).toFixed(1);
		parts.push(`<line class="grid" x1="${at}" x2="${at}" y1="${AREA.top}" y2="${HEIGHT - AREA.bottom}"/>`);
		parts.push(`<text x="${at}" y="${HEIGHT - AREA.bottom + 20}" text-anchor="middle">${short(tick)}</text>`);
	}
	for (const tick of up.ticks) {
		const at = up.place(tick).toFixed(1);
		parts.push(`<line class="grid" x1="${AREA.left}" x2="${WIDTH - AREA.right}" y1="${at}" y2="${at}"/>`);
		parts.push(`<text x="${AREA.left - 8}" y="${Number(at) + 4}" text-anchor="end">${short(tick)}</text>`);
	}
	parts.push(`<text x="${(AREA.left + WIDTH - AREA.right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x)}</text>`);
	const middle = (AREA.top + HEIGHT - AREA.bottom) / 2;
	parts.push(`<text transform="rotate(-90 18 ${middle})" x="18" y="${middle}" text-anchor="middle">${escaped(y)}</text>`);
	for (const [i, { title: name, points }] of series.entries()) {
		const stroke = `stroke="${COLORS[i % COLORS.length]}" stroke-width="2.5" stroke-dasharray="${DASHES[i % DASHES.length]}"`;
		const places = points.map(([px, py]) => `${across.place(px).toFixed(1)},${up.place(py).toFixed(1)}`);
		parts.push(`<polyline fill="none" stroke-linejoin="round" ${stroke} points="${places.join(" ")}"/>`);
		for (const place of places) {
			const [cx, cy] = place.split(",");
			parts.push(`<circle cx="${cx}" cy="${cy}" r="4" fill="${COLORS[i % COLORS.length]}"/>`);
		}
		const at = HEIGHT + i * LEGEND;
		parts.push(`<line x1="${AREA.left}" x2="${AREA.left + 34}" y1="${at}" y2="${at}" ${stroke}/>`);
		parts.push(`<text x="${AREA.left + 44}" y="${at + 4}">${escaped(name)}</text>`);
	}
	return `${parts.join("\n")}\n</svg>\n`;
}

/** An axis by powers of ten. Upright ones begin and end at whole steps of 1, 2 and 5. */
function axis(values: readonly number[], from: number, to: number, isWhole: boolean): Axis {
	const steps = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
	const [least, most] = [Math.min(...values), Math.max(...values)];
	const low = isWhole ? Math.max(...steps.filter((step) => step <= least)) : least;
	const high = isWhole ? Math.min(...steps.filter((step) => step >= most)) : most;
	const span = Math.log(high / low) || 1;
	const within = isWhole ? steps.filter((step) => step >= low && step <= high) : [...new Set(values)].sort((a, b) => a - b);
	return { ticks: within, place: (value) => from + ((to - from) * Math.log(value / low)) / span };
}

function short(value: number): string {
	if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
	if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
	return String(Number(value.toPrecision(3)));
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
