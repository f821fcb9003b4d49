import { roundDuration, roundSize } from "@weir/records";

export { roundSize };

/** What is shown for a figure nobody knows; never a zero. */
export const UNKNOWN = "—";

const SUFFIXES = [
	[1e12, "T"],
	[1e9, "G"],
	[1e6, "M"],
	[1e3, "k"],
] as const;

/** Three significant digits: 3,214 → "3.21k". */
export function shortNumber(value: number | undefined | null): string {
	if (value === undefined || value === null || !Number.isFinite(value)) return UNKNOWN;
	const size = Math.abs(value);
	const step = SUFFIXES.find(([limit]) => size >= limit * 0.9995);
	const [limit, suffix] = step ?? [1, ""];
	const scaled = value / limit;
	const digits = Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
	return `${Number(scaled.toFixed(digits))}${suffix}`;
}

/** "3.21k/s". */
export function rate(value: number | undefined | null): string {
	const text = shortNumber(value);
	return text === UNKNOWN ? text : `${text}/s`;
}

/** All digits, for tooltips and tables: "3,214". */
export function fullNumber(value: number | undefined | null): string {
	if (value === undefined || value === null || !Number.isFinite(value)) return UNKNOWN;
	return value.toLocaleString("en", { maximumFractionDigits: 3 });
}

/** "640 ms", "3.2 s", "4 min", "2 h 10 min", "3 d". */
export function duration(ms: number | undefined | null): string {
	return ms === undefined || ms === null || !Number.isFinite(ms) ? UNKNOWN : roundDuration(ms);
}

/** "2 min ago", against a clock that is handed in. */
export function ago(then: number, now: number): string {
	const passed = now - then;
	if (passed < 5_000) return "just now";
	if (passed < 60_000) return `${Math.floor(passed / 1000)} s ago`;
	if (passed < 3_600_000) return `${Math.floor(passed / 60_000)} min ago`;
	if (passed < 86_400_000) return `${Math.floor(passed / 3_600_000)} h ago`;
	return `${Math.floor(passed / 86_400_000)} d ago`;
}

/** A day without its time: "2027-03-01". */
export function dayOf(at: number): string {
	return new Date(at).toISOString().slice(0, 10);
}

/** "12 Nov 2026, 10:42:07 GMT+1". */
export function exactTime(at: number): string {
	return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "long" });
}

/** "12.3 MB". */
export function bytes(value: number | undefined | null): string {
	return value === undefined || value === null || !Number.isFinite(value) ? UNKNOWN : roundSize(value);
}

/** "1 flow", "3 flows". */
export function count(value: number, one: string, many = `${one}s`): string {
	return `${value.toLocaleString("en")} ${value === 1 ? one : many}`;
}

/** API times come as ISO text or as milliseconds. */
export function toMs(time: string | number | undefined | null): number | undefined {
	if (time === undefined || time === null) return undefined;
	const ms = typeof time === "number" ? time : Date.parse(time);
	return Number.isFinite(ms) ? ms : undefined;
}
