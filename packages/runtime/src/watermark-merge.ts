/** What one input, or one producer of an exchange, says about event time. */
export interface InputTime {
	watermark: number;
	isIdle: boolean;
}

/**
 * Least watermark of those that are neither idle nor ended. While there are none of these, nobody's own word is passed: it is the least
 * that a silent one has said. It ends when all have ended, and never goes back.
 */
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
		const open = this.#members.filter((member) => member.watermark < Number.POSITIVE_INFINITY);
		const speaking = open.filter((member) => !member.isIdle);
		// A silent member that never had a record knows nothing of event time, and holds nothing up.
		const heard = speaking.length > 0 ? speaking : open.filter((member) => member.watermark > Number.NEGATIVE_INFINITY);
		if (heard.length === 0 && open.length > 0) return false;
		let least = Number.POSITIVE_INFINITY;
		for (const { watermark } of heard) if (watermark < least) least = watermark;
		if (least <= this.#current) return false;
		this.#current = least;
		return true;
	}
}
