/** A time as a `datetime-local` input takes it, in the zone of the browser. */
export function toLocalText(ms: number): string {
	const date = new Date(ms);
	return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The time that stands in such an input; undefined while it is half typed. */
export function fromLocalText(text: string): number | undefined {
	const ms = new Date(text).getTime();
	return Number.isFinite(ms) ? ms : undefined;
}

/** Name of the browser's zone, for people who compare with a log of another. */
export function zoneName(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
