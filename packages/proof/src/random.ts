/** Numbers in [0, 1) that are the same for the same seed. */
export type Random = () => number;

/** A linear congruential generator (Numerical Recipes' constants): small, and the same everywhere. */
export function seeded(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

/** All of them in a random order. */
export function shuffled<T>(all: readonly T[], random: Random): T[] {
	const left = [...all];
	const taken: T[] = [];
	while (left.length > 0) taken.push(...left.splice(Math.floor(random() * left.length), 1));
	return taken;
}
