import { roundDuration } from "@weir/records";

const UNITS: readonly (readonly [number, string])[] = [
	[1e9, "G"],
	[1e6, "M"],
	[1e3, "k"],
];

/** Three significant digits at most: 3120 is "3.1k", 52 is "52", 0.4 is "0.4". Unknown is "—", never 0. */
export function shortNumber(value: number | undefined): string {
	if (value === undefined || !Number.isFinite(value)) return "—";
	for (const [size, letter] of UNITS) {
		if (value >= size * 0.9995) return `${digits(value / size)}${letter}`;
	}
	return digits(value);
}

/** "3.1k/s". */
export function rate(perSecond: number | undefined): string {
	return perSecond === undefined || !Number.isFinite(perSecond) ? "—" : `${shortNumber(perSecond)}/s`;
}

function digits(value: number): string {
	if (value === 0) return "0";
	if (value >= 99.5) return String(Math.round(value));
	if (value >= 10) return String(Math.round(value));
	return String(Math.round(value * 10) / 10);
}

/** The whole number with thousands kept apart, for tooltips and screen readers. */
export function fullNumber(value: number | undefined): string {
	return value === undefined ? "unknown" : new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(value);
}

/** "820 ms", "3.2 s", "4 min". */
export function shortDuration(durationMs: number | undefined): string {
	return durationMs === undefined || !Number.isFinite(durationMs) ? "—" : roundDuration(durationMs);
}

/** "10:42:07" in the reader's own time zone. */
export function clockTime(at: number): string {
	return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
}

/** "10:42:07.114". */
export function clockTimeMs(at: number): string {
	return `${clockTime(at)}.${String(Math.floor(at) % 1000).padStart(3, "0")}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
	return `${fullNumber(count)} ${count === 1 ? one : many}`;
}
