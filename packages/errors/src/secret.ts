const HIDDEN = "•••";

/** A value that cannot be printed, logged or turned to JSON by accident. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	/** The only way to the value; call it where the value is used and nowhere else. */
	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return HIDDEN;
	}

	toJSON(): string {
		return HIDDEN;
	}

	[Symbol.for("nodejs.util.inspect.custom")](): string {
		return HIDDEN;
	}
}
