import type { FieldCells } from "../column-store.ts";
import { type LayoutLoop, layoutLoop, type MemberShape } from "./layout-loop.ts";

/**
 * How the last record of a device was written: the bytes before each value (brace or comma, name, colon, spaces) and behind the last one.
 * Devices write the same text around changing values, so the next record is mostly compared and not parsed.
 */
export class Layout {
	/** All prefixes behind one another, the suffix last. */
	readonly literal: Uint8Array;
	readonly view: DataView;
	/** Where the prefix of member i ends in `literal`; the last entry is where the suffix ends. */
	readonly ends: Int32Array;
	/** Where the value of member i goes; null = nowhere. */
	readonly cells: readonly (FieldCells | null)[];
	/** Wanted fields that the record does not have. */
	readonly absent: readonly FieldCells[];
	/** Fields that the loop writes a value of in every row. */
	readonly present: readonly FieldCells[];
	readonly #shape: readonly MemberShape[];
	#loop: LayoutLoop | undefined;
	#hits = 0;

	constructor(
		literal: Uint8Array,
		ends: Int32Array,
		cells: readonly (FieldCells | null)[],
		absent: readonly FieldCells[],
		shape: readonly MemberShape[],
	) {
		this.literal = literal;
		this.view = new DataView(literal.buffer, literal.byteOffset, literal.byteLength);
		this.ends = ends;
		this.cells = cells;
		this.absent = absent;
		this.#shape = shape;
		this.present = cells.filter((target, i) => target !== null && shape[i]?.kind !== "any") as FieldCells[];
	}

	get loop(): LayoutLoop | undefined {
		return this.#loop;
	}

	/** Counts a record that was written like this. When it fitted so many, the layout gets a loop of its own. */
	hit(hitsBeforeLoop: number): void {
		this.#hits += 1;
		if (this.#hits !== hitsBeforeLoop) return;
		const targets = this.cells.filter((target) => target !== null);
		// Of a name that stands there twice the last value counts, null too: that is not for the loop.
		if (new Set(targets).size < targets.length) return;
		const members = this.ends.length - 1;
		const suffix = (this.ends[members] as number) - (members === 0 ? 0 : (this.ends[members - 1] as number));
		this.#loop = layoutLoop(this.#shape, suffix);
	}
}
