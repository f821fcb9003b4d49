const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new short id for a node or edge. `random` is handed in so that a test can foresee it. */
export function newId(prefix: string, random: () => number = Math.random): string {
	let id = prefix;
	for (let i = 0; i < 8; i++) id += LETTERS[Math.floor(random() * LETTERS.length)] ?? "x";
	return id;
}
