/**
 * Room on the local disk for state that does not fit into memory. It is an extension of memory and never the truth: what is written there is gone
 * with the operator, and a checkpoint holds everything without it. Calls are synchronous, so that an operator stays what it is.
 */
export interface SpillSpace {
	/** Memory that the operator should stay within by writing here what is beyond. May change from one call to the next. */
	readonly memoryBytes: number;
	/** Writes a segment of pages, once and for ever; a page may be changed as soon as the next is asked for. Undefined: the disk takes no more. */
	write(pages: Iterable<Uint8Array>): SpillSegment | undefined;
	/** Lets go of all segments. */
	close(): void;
}

/** Pages that were written together. */
export interface SpillSegment {
	/** Bytes on the disk. */
	readonly bytes: number;
	/** Bytes of memory that it takes to find its pages. */
	readonly memoryBytes: number;
	readonly pages: number;
	/** A page as it was written, at the start of its memory; good until the next page of any segment is read. Throws SPILL_DAMAGED. */
	read(page: number): Uint8Array;
	drop(): void;
}
