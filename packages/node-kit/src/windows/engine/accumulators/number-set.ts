const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashOf(value: number): number {
	double[0] = value;
	let hash = Math.imul((words[0] as number) ^ 0x5bd1e995, 0x9e3779b1) ^ (words[1] as number);
	hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
	return hash ^ (hash >>> 13);
}

/**
 * Where `value` stands, or would stand, in an open-addressing table of `room` numbers at `start`; NaN is an empty place.
 * `room` is a power of two, and at least one place is empty.
 */
export function placeOf(numbers: Float64Array, start: number, room: number, value: number): number {
	let place = hashOf(value) & (room - 1);
	for (;;) {
		const there = numbers[start + place] as number;
		if (there === value || Number.isNaN(there)) return start + place;
		place = (place + 1) & (room - 1);
	}
}
