const DURATION_MS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1_000,
	sec: 1_000,
	second: 1_000,
	seconds: 1_000,
	m: 60_000,
	min: 60_000,
	minute: 60_000,
	minutes: 60_000,
	h: 3_600_000,
	hour: 3_600_000,
	hours: 3_600_000,
	d: 86_400_000,
	day: 86_400_000,
	days: 86_400_000,
};

const SIZE_BYTES: Readonly<Record<string, number>> = {
	b: 1,
	byte: 1,
	bytes: 1,
	kb: 1_000,
	mb: 1_000_000,
	gb: 1_000_000_000,
	kib: 1_024,
	mib: 1_048_576,
	gib: 1_073_741_824,
};

function parseAmount(text: string, units: Readonly<Record<string, number>>): number | undefined {
	const parts = text.trim().toLowerCase();
	if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/.test(parts)) return undefined;
	let total = 0;
	for (const [, amount, unit] of parts.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
		const factor = units[unit ?? ""];
		if (factor === undefined) return undefined;
		total += Number(amount) * factor;
	}
	return Math.round(total);
}

/** "30 s", "10 min", "1 h 30 min" in milliseconds; undefined when it is none. A bare number is refused: it hides its unit. */
export function parseDuration(text: string): number | undefined {
	return parseAmount(text, DURATION_MS);
}

/** "64 kB", "1.5 MB", "16 KiB" in bytes; undefined when it is none. */
export function parseSize(text: string): number | undefined {
	return parseAmount(text, SIZE_BYTES);
}

/** The shortest exact text: 90000 is "90 s", 3600000 is "1 h". */
export function formatDuration(durationMs: number): string {
	if (durationMs === 0) return "0 s";
	if (durationMs % 86_400_000 === 0) return `${durationMs / 86_400_000} d`;
	if (durationMs % 3_600_000 === 0) return `${durationMs / 3_600_000} h`;
	if (durationMs % 60_000 === 0) return `${durationMs / 60_000} min`;
	if (durationMs % 1_000 === 0) return `${durationMs / 1_000} s`;
	return `${durationMs} ms`;
}

/** For durations that were measured: "640 ms", "3.2 s", "4 min", "2 h 10 min", "3 d". */
export function roundDuration(durationMs: number): string {
	const size = Math.abs(durationMs);
	if (size < 1_000) return `${size < 10 ? Number(durationMs.toFixed(1)) : Math.round(durationMs)} ms`;
	if (size < 60_000) return `${Number((durationMs / 1_000).toFixed(size < 10_000 ? 1 : 0))} s`;
	if (size < 3_600_000) return `${Math.round(durationMs / 60_000)} min`;
	if (size < 86_400_000) {
		const minutes = Math.round(durationMs / 60_000);
		return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
	}
	return `${Math.round(durationMs / 86_400_000)} d`;
}

/** The shortest exact text in decimal units: 64000 is "64 kB". */
export function formatSize(bytes: number): string {
	if (bytes === 0) return "0 B";
	if (bytes % 1_000_000_000 === 0) return `${bytes / 1_000_000_000} GB`;
	if (bytes % 1_000_000 === 0) return `${bytes / 1_000_000} MB`;
	if (bytes % 1_000 === 0) return `${bytes / 1_000} kB`;
	return `${bytes} B`;
}

/** To three digits, for sizes that were measured: 12345678 is "12.3 MB". */
export function roundSize(bytes: number): string {
	const [limit, unit] = (
		[
			[1e12, "TB"],
			[1e9, "GB"],
			[1e6, "MB"],
			[1e3, "kB"],
		] as const
	).find(([least]) => bytes >= least * 0.9995) ?? [1, "B"];
	const amount = bytes / limit;
	return `${Number(amount.toFixed(amount >= 99.95 || limit === 1 ? 0 : amount >= 9.995 ? 1 : 2))} ${unit}`;
}

/** Less than this in a minute is no news. */
const STEADY_BYTES = 1_000;

/** How a size changes: "240 kB more a minute", "steady". */
export function growthText(bytesPerSecond: number): string {
	const perMinute = bytesPerSecond * 60;
	if (Math.abs(perMinute) < STEADY_BYTES) return "steady";
	return `${roundSize(Math.abs(perMinute))} ${perMinute > 0 ? "more" : "less"} a minute`;
}
