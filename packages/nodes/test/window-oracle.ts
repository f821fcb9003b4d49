import type { Row } from "@weir/records";

/** A record as it came: with the watermark in force. */
export interface Came {
	readonly pump: string | null;
	readonly litres: number | null;
	readonly state: string;
	readonly at: number;
	readonly watermark: number;
}

/** One window of one group, with its records in order of arrival. */
export interface Expected {
	readonly start: number;
	readonly end: number;
	readonly pump: string | null;
	readonly records: readonly Came[];
}

export interface Verdict {
	/** In the order in which they must come. */
	readonly windows: readonly Expected[];
	readonly late: number;
}

/** Sums the records of a window up by the book. `AGGREGATES` in the same order. */
export function resultOf({ start, end, pump, records }: Expected): Row {
	const litres = records.flatMap((record) => (record.litres === null ? [] : [record.litres]));
	const sorted = [...litres].sort((a, b) => a - b);
	const sum = litres.reduce((total, value) => total + value, 0);
	const mean = sum / litres.length;
	const squares = litres.reduce((total, value) => total + (value - mean) ** 2, 0);
	const byTime = records.map((record, i) => ({ ...record, i })).sort((a, b) => a.at - b.at || a.i - b.i);
	const orNull = (value: number | undefined) => (litres.length === 0 || value === undefined ? null : value);
	return {
		window_start: start,
		window_end: end,
		pump,
		count: records.length,
		full: litres.filter((value) => value >= 50).length,
		sum_litres: orNull(sum),
		avg_litres: orNull(rounded(mean)),
		min_litres: orNull(sorted[0]),
		max_litres: orNull(sorted.at(-1)),
		first_state: byTime[0]?.state ?? null,
		last_state: byTime.at(-1)?.state ?? null,
		count_distinct_state: new Set(records.map(({ state }) => state)).size,
		median_litres: orNull(percentile(sorted, 0.5)),
		p90_litres: orNull(rounded(percentile(sorted, 0.9))),
		variance_litres: litres.length < 2 ? null : rounded(squares / (litres.length - 1)),
		collect_state: byTime.slice(0, 5).map(({ state }) => state),
	};
}

export const AGGREGATES = [
	{ function: "count" },
	{ function: "count", filter: "litres >= 50", as: "full" },
	{ function: "sum", field: "litres" },
	{ function: "avg", field: "litres" },
	{ function: "min", field: "litres" },
	{ function: "max", field: "litres" },
	{ function: "first", field: "state" },
	{ function: "last", field: "state" },
	{ function: "count_distinct", field: "state" },
	{ function: "median", field: "litres" },
	{ function: "percentile", field: "litres", percent: 90 },
	{ function: "variance", field: "litres" },
	{ function: "collect", field: "state", atMost: 5 },
];

/** Other roads to the same number differ in the last bits; those just between two roundings are pushed to one side. */
export function rounded(value: number): number {
	return Number((value * (1 + 1e-12)).toPrecision(9));
}

function percentile(sorted: readonly number[], share: number): number {
	const place = share * (sorted.length - 1);
	const low = sorted[Math.floor(place)] ?? 0;
	return low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? 0) - low);
}

/** Windows at fixed times; by start, and within a window by pump. */
export function aligned(came: readonly Came[], sizeMs: number, everyMs: number, graceMs: number): Verdict {
	const windows = new Map<string, { start: number; end: number; pump: string | null; records: Came[] }>();
	let late = 0;
	for (const record of came) {
		let isLate = true;
		for (let start = Math.floor(record.at / everyMs) * everyMs; start > record.at - sizeMs; start -= everyMs) {
			const end = start + sizeMs;
			if (record.watermark >= end + graceMs) continue;
			isLate = false;
			const name = `${start} ${JSON.stringify(record.pump)}`;
			const window = windows.get(name) ?? { start, end, pump: record.pump, records: [] };
			window.records.push(record);
			windows.set(name, window);
		}
		if (isLate) late += 1;
	}
	return { windows: [...windows.values()], late };
}

/** Records in the order of event time, those left out that came when it had passed them. */
function inOrder(came: readonly Came[], graceMs: number): { readonly records: readonly Came[]; readonly late: number } {
	const records = came
		.map((record, i) => ({ record, i }))
		.filter(({ record }) => record.at >= record.watermark - graceMs)
		.sort((a, b) => a.record.at - b.record.at || a.i - b.i)
		.map(({ record }) => record);
	return { records, late: came.length - records.length };
}

function byPump(records: readonly Came[]): Came[][] {
	const groups = new Map<string | null, Came[]>();
	for (const record of records) groups.set(record.pump, [...(groups.get(record.pump) ?? []), record]);
	return [...groups.values()];
}

export function sessions(came: readonly Came[], gapMs: number, mostMs: number, graceMs: number): Verdict {
	const { records, late } = inOrder(came, graceMs);
	const windows: (Expected & { first: number })[] = [];
	for (const group of byPump(records)) {
		let open: Came[] = [];
		const endOf = () => Math.min((open.at(-1)?.at ?? 0) + gapMs, (open[0]?.at ?? 0) + mostMs);
		const close = () => {
			const [first] = open;
			if (first !== undefined)
				windows.push({ start: first.at, end: endOf(), pump: first.pump, records: open, first: records.indexOf(first) });
			open = [];
		};
		for (const record of group) {
			if (open.length > 0 && record.at >= endOf()) close();
			open.push(record);
		}
		close();
	}
	return { windows: windows.sort((a, b) => a.end - b.end || a.first - b.first), late };
}

export function counts(came: readonly Came[], size: number, step: number, graceMs: number): Verdict {
	const { records, late } = inOrder(came, graceMs);
	const windows: (Expected & { last: number })[] = [];
	for (const group of byPump(records)) {
		for (let from = 0; from + size <= group.length; from += step) {
			const some = group.slice(from, from + size);
			const [first, last] = [some[0], some.at(-1)];
			if (first === undefined || last === undefined) continue;
			windows.push({ start: first.at, end: last.at, pump: first.pump, records: some, last: records.indexOf(last) });
		}
	}
	return { windows: windows.sort((a, b) => a.last - b.last), late };
}

export function sliding(came: readonly Came[], sizeMs: number, delayMs: number, graceMs: number): Verdict {
	const { records, late } = inOrder(came, graceMs);
	const windows = records
		.filter(({ state }) => state !== "s0")
		.map(({ at, pump }) => {
			const [start, end] = [at - sizeMs, at + delayMs];
			return { start, end, pump, records: records.filter((other) => other.pump === pump && other.at > start && other.at <= end) };
		});
	return { windows, late };
}
