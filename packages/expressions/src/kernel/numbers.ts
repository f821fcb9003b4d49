/** Rounds to a whole number, a half to the even one, as PostgreSQL rounds double precision. */
export function roundHalfEven(value: number): number {
	const floor = Math.floor(value);
	const rest = value - floor;
	const rounded = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
	return rounded === 0 && value < 0 ? -0 : rounded;
}

/** PostgreSQL's 1 ^ anything and anything ^ 0 are 1, as in C; JavaScript disagrees only for infinities, which do not occur. */
export function raise(base: number, exponent: number): number {
	return base ** exponent;
}

/** A number's 15 decimal digits, which is what PostgreSQL keeps when it turns double precision into numeric: coefficient × 10^exponent. */
function decimalOf(value: number): { readonly coefficient: number; readonly exponent: number } {
	const [digits = "0", power = "0"] = Math.abs(value).toExponential(14).split("e");
	return { coefficient: Number(digits.replace(".", "")), exponent: Number(power) - 14 };
}

const SCALES = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** Rounds to digits behind the point, a half away from zero; negative digits round before the point. */
export function roundDigits(value: number, digits: number): number {
	if (digits >= 0 && digits <= 9 && Math.abs(value) < 1e6) {
		const scale = SCALES[digits] ?? 1;
		const scaled = value * scale;
		const rest = scaled - Math.floor(scaled);
		// Far enough from a half for the error of the product not to matter.
		if (Math.abs(rest - 0.5) > 1e-4) return Math.round(scaled) / scale + 0;
	}
	return cut(value, digits, (rest, half) => rest >= half);
}

/** The same for a column; the far most common way is written out here, because a call per row costs five times as much. */
export function roundColumn(values: Float64Array, digits: number, out: Float64Array, rows: Int32Array, count: number): void {
	const scale = SCALES[digits];
	for (let i = 0; i < count; i++) {
		const row = rows[i] as number;
		const value = values[row] as number;
		if (scale !== undefined && value < 1e6 && value > -1e6) {
			const scaled = value * scale;
			const floor = Math.floor(scaled);
			const rest = scaled - floor;
			if (rest < 0.4999) {
				out[row] = floor / scale + 0;
				continue;
			}
			if (rest > 0.5001) {
				out[row] = (floor + 1) / scale + 0;
				continue;
			}
		}
		out[row] = roundDigits(value, digits);
	}
}

/** Cuts off the digits behind that many. */
export function truncateDigits(value: number, digits: number): number {
	return cut(value, digits, () => false);
}

function cut(value: number, digits: number, roundsUp: (rest: number, half: number) => boolean): number {
	const { coefficient, exponent } = decimalOf(value);
	const surplus = -exponent - digits;
	if (surplus <= 0) return Number(`${value < 0 ? "-" : ""}${coefficient}e${exponent}`);
	if (surplus > 15) return 0;
	const unit = 10 ** surplus;
	const whole = Math.floor(coefficient / unit);
	const kept = roundsUp(coefficient - whole * unit, unit / 2) ? whole + 1 : whole;
	return kept === 0 ? 0 : Number(`${value < 0 ? "-" : ""}${kept}e${-digits}`);
}

/** What is left after division of the two decimal numbers, so that 0.3 % 0.1 is 0; it has the sign of the first. */
export function decimalRemainder(value: number, divisor: number): number {
	if (isShortInteger(value) && isShortInteger(divisor) && divisor !== 0) return (value % divisor) + 0;
	// Rows that failed already, and rows without a value, hold anything.
	if (!Number.isFinite(value) || !Number.isFinite(divisor) || divisor === 0) return Number.NaN;
	const a = decimalOf(value);
	const b = decimalOf(divisor);
	const exponent = Math.min(a.exponent, b.exponent);
	const left = BigInt(a.coefficient) * 10n ** BigInt(a.exponent - exponent);
	const rest = left % (BigInt(b.coefficient) * 10n ** BigInt(b.exponent - exponent));
	return rest === 0n ? 0 : Number(`${value < 0 ? "-" : ""}${rest}e${exponent}`);
}

/** How often the divisor goes into the number as a whole, in decimal, so that 0.3 has 0.1 three times. */
export function decimalQuotient(value: number, divisor: number): number {
	if (isShortInteger(value) && isShortInteger(divisor) && divisor !== 0) return Math.trunc(value / divisor) + 0;
	if (!Number.isFinite(value) || !Number.isFinite(divisor) || divisor === 0) return Number.NaN;
	const a = decimalOf(value);
	const b = decimalOf(divisor);
	const exponent = Math.min(a.exponent, b.exponent);
	const left = BigInt(a.coefficient) * 10n ** BigInt(a.exponent - exponent);
	const times = left / (BigInt(b.coefficient) * 10n ** BigInt(b.exponent - exponent));
	return Number(times) * (value < 0 === divisor < 0 ? 1 : -1) + 0;
}

function isShortInteger(value: number): boolean {
	return Number.isInteger(value) && Math.abs(value) < 1e15;
}
