import type { FieldCells } from "../column-store.ts";

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

	constructor(literal: Uint8Array, ends: Int32Array, cells: readonly (FieldCells | null)[], absent: readonly FieldCells[]) {
		this.literal = literal;
		this.view = new DataView(literal.buffer, literal.byteOffset, literal.byteLength);
		this.ends = ends;
		this.cells = cells;
		this.absent = absent;
	}
}
