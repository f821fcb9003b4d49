import { parseAsStringLiteral } from "nuqs";

export const RANGES = ["5m", "15m", "1h", "6h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];

const MINUTE = 60_000;

export const RANGE_MS: Readonly<Record<Range, number>> = {
	"5m": 5 * MINUTE,
	"15m": 15 * MINUTE,
	"1h": 60 * MINUTE,
	"6h": 360 * MINUTE,
	"24h": 1440 * MINUTE,
	"7d": 10_080 * MINUTE,
};

export const RANGE_WORDS: Readonly<Record<Range, string>> = {
	"5m": "Last 5 min",
	"15m": "Last 15 min",
	"1h": "Last hour",
	"6h": "Last 6 h",
	"24h": "Last 24 h",
	"7d": "Last 7 d",
};

export const RANGE_PARAM = parseAsStringLiteral(RANGES).withDefault("1h");
