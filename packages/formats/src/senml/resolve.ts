import { parseTimestamp } from "../timestamp.ts";

/** One measured moment of one thing: the values of a pack that share base name and time. */
export interface SenmlRow {
	/** Field name → value. Besides the measured names: `bn` (base name) and `bt` (time, milliseconds). */
	readonly values: ReadonlyMap<string, SenmlValue>;
	/** Resolved time in milliseconds; undefined when the pack says none. */
	readonly timeMs: number | undefined;
}

export interface SenmlValue {
	readonly value: string | number | boolean;
	readonly unit: string | undefined;
}

type Json = Record<string, unknown>;

/** RFC 8428 § 4.5.3: smaller times are relative to now, which is here the time of receipt. */
const ABSOLUTE_FROM_S = 2 ** 28;
/** The older form writes `bt` in milliseconds; seconds of that size would be in the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** Rows of a SenML pack: RFC 8428 (an array of records) or the older form (an object with `e`). Answers a sentence when it is neither. */
export function resolveSenml(pack: unknown, ingestTimeMs: number): SenmlRow[] | string {
	if (Array.isArray(pack)) return resolvePack(pack, ingestTimeMs);
	if (typeof pack === "object" && pack !== null && Array.isArray((pack as Json).e)) return resolveOlder(pack as Json);
	return 'The record is no SenML: it must be an array of SenML records, or an object with a list "e".';
}

interface RowUnderWay {
	readonly values: Map<string, SenmlValue>;
	readonly timeMs: number | undefined;
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
	return typeof value === "number" ? value : undefined;
}

function resolvePack(pack: readonly unknown[], ingestTimeMs: number): SenmlRow[] | string {
	const rows = new Map<string, RowUnderWay>();
	let baseName = "";
	let baseTime = 0;
	let baseUnit: string | undefined;
	let baseValue: number | undefined;
	let hasTime = false;
	for (const [i, item] of pack.entries()) {
		if (typeof item !== "object" || item === null || Array.isArray(item)) return `Item ${i + 1} of the SenML pack is not an object.`;
		const record = item as Json;
		const strange = Object.keys(record).find((key) => key.endsWith("_"));
		if (strange !== undefined) return `Item ${i + 1} of the SenML pack has the field ${strange}, which must be understood and is not.`;
		baseName = textOf(record.bn) ?? baseName;
		baseTime = numberOf(record.bt) ?? baseTime;
		baseUnit = textOf(record.bu) ?? baseUnit;
		baseValue = numberOf(record.bv) ?? baseValue;
		hasTime = hasTime || record.bt !== undefined;
		const value = measuredOf(record, baseValue);
		if (value === undefined) {
			if (record.n !== undefined || record.t !== undefined) return `Item ${i + 1} of the SenML pack has no value.`;
			continue;
		}
		const name = textOf(record.n) ?? "";
		if (baseName + name === "") return `Item ${i + 1} of the SenML pack has no name.`;
		const seconds = baseTime + (numberOf(record.t) ?? 0);
		const said = hasTime || record.t !== undefined;
		const timeMs = Math.round(seconds >= ABSOLUTE_FROM_S ? seconds * 1000 : ingestTimeMs + seconds * 1000);
		const group = `${timeMs} ${baseName}`;
		const row = rows.get(group) ?? { values: new Map(), timeMs: said ? timeMs : undefined };
		rows.set(group, row);
		if (baseName !== "") row.values.set("bn", { value: baseName, unit: undefined });
		row.values.set("bt", { value: timeMs, unit: "time" });
		row.values.set(name === "" ? "value" : name, { value, unit: textOf(record.u) ?? baseUnit });
	}
	return [...rows.values()];
}

function measuredOf(record: Json, baseValue: number | undefined): string | number | boolean | undefined {
	if (typeof record.v === "number") return record.v + (baseValue ?? 0);
	if (typeof record.v === "string") return record.v;
	for (const key of ["vs", "vb", "vd", "sv"] as const) {
		const value = record[key];
		if (typeof value === "string" || typeof value === "boolean") return value;
	}
	return baseValue !== undefined && record.n !== undefined ? baseValue : undefined;
}

function resolveOlder(pack: Json): SenmlRow[] | string {
	const values = new Map<string, SenmlValue>();
	const baseTime = Number(pack.bt);
	const timeMs = pack.bt === undefined || Number.isNaN(baseTime) ? undefined : baseTime >= MILLISECONDS_FROM ? baseTime : baseTime * 1000;
	const baseName = textOf(pack.bn);
	if (baseName !== undefined) values.set("bn", { value: baseName, unit: undefined });
	if (timeMs !== undefined) values.set("bt", { value: timeMs, unit: "time" });
	for (const [i, item] of (pack.e as unknown[]).entries()) {
		if (typeof item !== "object" || item === null) return `Item ${i + 1} of the list "e" is not an object.`;
		const record = item as Json;
		const name = textOf(record.n);
		if (name === undefined) return `Item ${i + 1} of the list "e" has no name.`;
		const value = typeof record.bv === "boolean" ? record.bv : measuredOf(record, undefined);
		if (value === undefined) return `Item ${i + 1} of the list "e" (${name}) has no value.`;
		values.set(name, { value, unit: textOf(record.u) ?? textOf(pack.bu) });
	}
	return [{ values, timeMs }];
}

const NUMERIC = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;

/** A number, also where a device wrote it as text. */
export function numericOf(value: string | number | boolean): number | undefined {
	if (typeof value === "number") return value;
	return typeof value === "string" && NUMERIC.test(value) ? Number(value) : undefined;
}

/** A moment in milliseconds: ISO text, or a number of milliseconds. */
export function momentOf(value: string | number | boolean): number | undefined {
	return typeof value === "string" ? (parseTimestamp(value) ?? numericOf(value)) : numericOf(value);
}
