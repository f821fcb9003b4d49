import { nearestName } from "./problems.ts";

/** A time zone of the tz database. */
export interface Zone {
	/** What clocks there show at a moment, in milliseconds as if it were UTC. */
	toLocal(moment: number): number;
	/** The moment at which clocks there show it. Of two such moments the later one, and in the hour that clocks skip the one they would have shown without, as in PostgreSQL. */
	toMoment(local: number): number;
}

/** Clocks are changed at whole quarters of an hour, but for some oddities before 1972. */
const QUARTER = 900_000;
const DAY = 86_400_000;
const MAX_REMEMBERED = 4096;

const UTC: Zone = { toLocal: (moment) => moment, toMoment: (local) => local };
const zones = new Map<string, Zone | undefined>();

/** Abbreviations and signed hours mean different things to different people, so only full names are zones. */
const NAME = /^(?:utc|gmt|z|[a-z_]+\/[a-z0-9_+/-]+)$/i;

/** The zone of this name, such as `Europe/Zurich`; undefined when there is none. */
export function zoneNamed(name: string): Zone | undefined {
	if (zones.has(name)) return zones.get(name);
	const zone = /^(?:utc|gmt|z)$/i.test(name) ? UTC : NAME.test(name) ? knownZone(name) : undefined;
	// A tenant's records could hold any number of names that are none.
	if (zones.size >= MAX_REMEMBERED) zones.clear();
	zones.set(name, zone);
	return zone;
}

/** A sentence's beginning for a name that is no zone, with the nearest that is one. */
export function zoneRefusal(name: string): string {
	const nearest = nearestName(name, Intl.supportedValuesOf("timeZone"));
	return `There is no time zone '${name.slice(0, 60)}'; ${nearest === undefined ? "write a name such as 'Europe/Zurich', or 'UTC'" : `did you mean '${nearest}'?`}`;
}

function knownZone(name: string): Zone | undefined {
	try {
		return zoneOf(new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset", year: "numeric" }));
	} catch {
		return undefined;
	}
}

function zoneOf(format: Intl.DateTimeFormat): Zone {
	const remembered = new Map<number, number>();
	let lastQuarter = Number.NaN;
	let lastOffset = 0;
	const offsetAt = (moment: number): number => {
		const quarter = Math.floor(moment / QUARTER);
		if (quarter === lastQuarter) return lastOffset;
		let offset = remembered.get(quarter);
		if (offset === undefined) {
			offset = readOffset(format, quarter * QUARTER);
			if (readOffset(format, (quarter + 1) * QUARTER - 1) !== offset) return readOffset(format, moment);
			if (remembered.size >= MAX_REMEMBERED) remembered.clear();
			remembered.set(quarter, offset);
		}
		lastQuarter = quarter;
		lastOffset = offset;
		return offset;
	};
	return {
		toLocal: (moment) => moment + offsetAt(moment),
		toMoment(local) {
			const before = offsetAt(local - DAY);
			const after = offsetAt(local + DAY);
			if (before === after) return local - before;
			return offsetAt(local - after) === after ? local - after : local - before;
		},
	};
}

/** Milliseconds that clocks are ahead of UTC, out of `1/1/2026, GMT+01:00`. */
function readOffset(format: Intl.DateTimeFormat, moment: number): number {
	const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(format.format(moment));
	const [, sign, hours = "0", minutes = "0", seconds = "0"] = match ?? [];
	const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
	return sign === "-" ? -size : size;
}
