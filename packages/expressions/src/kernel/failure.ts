/** What a function of single values gives back instead of a value when it cannot: the beginning of a sentence. */
export class Failure {
	readonly why: string;

	constructor(why: string) {
		this.why = why;
	}
}
