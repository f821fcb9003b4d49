/** What one input, or one producer of an exchange, says about event time. */
export interface InputTime {
	watermark: number;
	isIdle: boolean;
}

/** Least watermark of those that are not idle. While all are idle the watermark stays; it never goes back. */
export class WatermarkMerge {
	readonly #members: InputTime[];
	#current: number;

	/** `members` are read at each call and owned by the caller. */
	constructor(members: InputTime[], current = Number.NEGATIVE_INFINITY) {
		this.#members = members;
		this.#current = current;
	}

	get current(): number {
		return this.#current;
	}

	get isIdle(): boolean {
		return this.#members.every((member) => member.isIdle);
	}

	/** Looks at the members again; true when the watermark moved. */
	advance(): boolean {
		let least = Number.POSITIVE_INFINITY;
		let active = 0;
		for (const member of this.#members) {
			if (member.isIdle) continue;
			active += 1;
			if (member.watermark < least) least = member.watermark;
		}
		if (active === 0 || least <= this.#current) return false;
		this.#current = least;
		return true;
	}
}
