import type { TapFrame, TapRow } from "../ports.ts";

const ROWS_KEPT = 500;
/** More rows a second than this no eye follows; the server keeps to it too. */
const ROWS_PER_SECOND = 20;

export interface TapView {
	/** Newest first. */
	readonly rows: readonly TapRow[];
	readonly seen: number;
	readonly shown: number;
}

export const EMPTY_TAP: TapView = { rows: [], seen: 0, shown: 0 };

/** Takes a frame in: newest first, at most 500 kept. */
export function takeFrame(view: TapView, frame: TapFrame): TapView {
	const rows = frame.rows.slice(-ROWS_PER_SECOND);
	return {
		rows: [...rows.toReversed(), ...view.rows].slice(0, ROWS_KEPT),
		seen: view.seen + frame.seen,
		shown: view.shown + rows.length,
	};
}

/** "Sampling 1 in 50"; undefined while every record is shown. */
export function samplingText(view: TapView): string | undefined {
	if (view.shown === 0 || view.seen <= view.shown) return undefined;
	return `Sampling 1 in ${Math.round(view.seen / view.shown)}`;
}

export function filterRows(rows: readonly TapRow[], text: string): readonly TapRow[] {
	const wanted = text.trim().toLowerCase();
	if (wanted === "") return rows;
	return rows.filter((row) => row.key.toLowerCase().includes(wanted) || row.value.toLowerCase().includes(wanted));
}

/** Top-level fields whose value differs from the record of the same key before it. */
export function changedSince(row: TapRow, before: TapRow | undefined): ReadonlySet<string> {
	const now = fieldsOfJson(row.value);
	const was = before === undefined ? undefined : fieldsOfJson(before.value);
	if (now === undefined || was === undefined) return new Set();
	return new Set(Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(was[name])));
}

export function fieldsOfJson(text: string): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}
