/** Repeatable randomness: the same seed plays the same scene. */
export interface Random {
	/** From 0 (with) to 1 (without). */
	next(): number;
	between(low: number, high: number): number;
	chance(probability: number): boolean;
	pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Mulberry32 by Tommy Ettinger, public domain: 32 bits of state are plenty for a simulation. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	return {
		next,
		between: (low, high) => low + next() * (high - low),
		chance: (probability) => next() < probability,
		pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
	};
}
