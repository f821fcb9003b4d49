/** Passes on an error at most once in `everyMs` for each message: a connection that is away fails hundreds of times a second. */
export function seldom(tell: (error: Error) => void, everyMs = 5_000, now: () => number = Date.now): (error: Error) => void {
	const told = new Map<string, number>();
	return (error) => {
		const at = now();
		if (at - (told.get(error.message) ?? Number.NEGATIVE_INFINITY) < everyMs) return;
		if (told.size > 100) told.clear();
		told.set(error.message, at);
		tell(error);
	};
}
