const PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/** Milliseconds of an ISO 8601 text, "T" or a space between date and time; without a zone it is UTC. Undefined when it names no moment. */
export function parseTimestamp(text: string): number | undefined {
	const parts = PATTERN.exec(text);
	if (parts === null) return undefined;
	const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = parts;
	const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
	const check = new Date(date);
	if (check.getUTCMonth() !== Number(month) - 1 || check.getUTCDate() !== Number(day)) return undefined;
	if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
	const time = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
	return date + time - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string): number {
	if (zone === "Z" || zone === "z") return 0;
	const sign = zone.startsWith("-") ? -1 : 1;
	return sign * (Number(zone.slice(1, 3)) * 3_600_000 + Number(zone.slice(-2)) * (zone.length > 3 ? 60_000 : 0));
}
