/** What is wrong with a pattern, as the beginning of a sentence, and the UTF-16 unit of the pattern where. */
export class PatternFault extends Error {
	readonly at: number;

	constructor(why: string, at: number) {
		super(why);
		this.at = at;
	}
}
