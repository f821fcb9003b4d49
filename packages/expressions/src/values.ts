const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)(0x[0-9a-f]+)$/i;
const WHOLE = /^([+-]?)(?:0x([0-9a-f]+(?:_[0-9a-f]+)*)|0o([0-7]+(?:_[0-7]+)*)|0b([01]+(?:_[01]+)*)|(\d+(?:_\d+)*))$/i;

/** Why a text is not a value of a type. */
export type Misfit = "malformed" | "out-of-range";

/** PostgreSQL's float8 input, without NaN and the infinities: numbers here are finite. */
export function parseNumber(text: string): number | Misfit {
	const trimmed = text.replace(SPACE, "");
	const [, sign, hexadecimal] = HEXADECIMAL.exec(trimmed) ?? [];
	if (hexadecimal === undefined && !DECIMAL.test(trimmed)) return "malformed";
	const value = hexadecimal === undefined ? Number(trimmed) : Number(hexadecimal) * (sign === "-" ? -1 : 1);
	if (!Number.isFinite(value)) return "out-of-range";
	if (value === 0 && hexadecimal === undefined && /[1-9]/.test(trimmed.replace(/e.*$/i, ""))) return "out-of-range";
	return value;
}

/** PostgreSQL's int8 input, bounded by ±(2^53 − 1). */
export function parseInteger(text: string): number | Misfit {
	const match = WHOLE.exec(text.replace(SPACE, ""));
	if (match === null) return "malformed";
	const [, sign, hex, octal, binary, decimal] = match;
	const digits = hex !== undefined ? `0x${hex}` : octal !== undefined ? `0o${octal}` : binary !== undefined ? `0b${binary}` : decimal;
	const size = Number(digits?.replaceAll("_", ""));
	if (!Number.isSafeInteger(size)) return "out-of-range";
	return sign === "-" && size !== 0 ? -size : size;
}

const TRUE_WORDS = ["true", "yes", "on", "1"];
const FALSE_WORDS = ["false", "no", "off", "0"];

/** PostgreSQL's boolean input: any unambiguous beginning of true, yes, on, 1, false, no, off, 0. */
export function parseBoolean(text: string): boolean | Misfit {
	const word = text.replace(SPACE, "").toLowerCase();
	if (word === "" || word === "o") return "malformed";
	if (TRUE_WORDS.some((name) => name.startsWith(word))) return true;
	if (FALSE_WORDS.some((name) => name.startsWith(word))) return false;
	return "malformed";
}

/** PostgreSQL's float8 output: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e15 on. */
export function formatNumber(value: number): string {
	if (Object.is(value, -0)) return "-0";
	const size = Math.abs(value);
	if (size === 0 || (size >= 1e-4 && size < 1e15)) return String(value);
	const [digits = "", exponent = "0"] = strictlyBetween(value).split("e");
	const power = Number(exponent);
	return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** The shortest digits may lie exactly between two numbers, where reading rounds to the even one; PostgreSQL writes more digits then. */
function strictlyBetween(value: number): string {
	const shortest = value.toExponential();
	// What is not finite comes from a row that has failed already.
	if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(value)) return shortest;
	const exact = BigInt(value);
	const step = 1n << BigInt((exact < 0n ? -exact : exact).toString(2).length - 53);
	let written = shortest;
	for (let places = 0; places <= 16 && isBetween(written, exact, step); places++) written = value.toExponential(places);
	return written;
}

/** Whether digits with an exponent are just half a step off. */
function isBetween(written: string, exact: bigint, step: bigint): boolean {
	const [digits = "", exponent = "0"] = written.split("e");
	const places = (digits.split(".")[1] ?? "").length;
	const value = BigInt(digits.replace(".", "")) * 10n ** BigInt(Math.max(0, Number(exponent) - places));
	return (value > exact ? value - exact : exact - value) * 2n >= step;
}

/** Order of two texts by code points, which is also the order of their UTF-8 bytes (PostgreSQL's collation "C"). */
export function compareTexts(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x !== y) {
			// Surrogates stand for code points above all the others, yet their units sort below U+E000 to U+FFFF.
			const xSurrogate = x >= 0xd800 && x <= 0xdfff;
			const ySurrogate = y >= 0xd800 && y <= 0xdfff;
			return xSurrogate === ySurrogate ? x - y : xSurrogate ? 1 : -1;
		}
	}
	return a.length - b.length;
}
