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

/** The shortest exact text in decimal units: 64000 is "64 kB". */
export function formatSize(bytes: number): string {
	if (bytes === 0) return "0 B";
	if (bytes % 1_000_000_000 === 0) return `${bytes / 1_000_000_000} GB`;
	if (bytes % 1_000_000 === 0) return `${bytes / 1_000_000} MB`;
	if (bytes % 1_000 === 0) return `${bytes / 1_000} kB`;
	return `${bytes} B`;
}
