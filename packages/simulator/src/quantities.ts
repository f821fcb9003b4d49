import { WeirError } from "@weir/errors";

/** `5%` or `0.05` as a share from 0 to 1. */
export function readShare(text: string, name: string): number {
	const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
	if (text.trim() === "" || !(share >= 0 && share <= 1)) throw wrong(name, text, "a share such as 5% or 0.05");
	return share;
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `800ms`, `5s`, `2m` or `1h` in milliseconds. */
export function readDuration(text: string, name: string): number {
	const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
	const unitMs = UNITS_MS[unit];
	if (amount === undefined || unitMs === undefined) throw wrong(name, text, "a duration such as 800ms or 5s");
	return Number(amount) * unitMs;
}

/** `60x` as 60; `max` as no waiting at all. */
export function readSpeed(text: string, name: string): number {
	if (text === "max") return Number.POSITIVE_INFINITY;
	const speed = Number(text.replace(/x$/, ""));
	if (!(speed > 0)) throw wrong(name, text, "a speed such as 1x, 60x or max");
	return speed;
}

/** A whole number from 1 up. */
export function readCount(text: string, name: string): number {
	const count = Number(text);
	if (!Number.isInteger(count) || count < 1) throw wrong(name, text, "a whole number from 1 up");
	return count;
}

function wrong(name: string, text: string, wanted: string): WeirError {
	return new WeirError("REQUEST_INVALID", `--${name} takes ${wanted}; "${text}" is not one.`);
}
