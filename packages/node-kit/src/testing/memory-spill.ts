import type { SpillSegment, SpillSpace } from "../spill.ts";

/** A local disk that is none: pages in memory, for tests of operators. */
export class MemorySpill implements SpillSpace {
	memoryBytes: number;
	/** Pages that it takes in all; a segment that does not fit is refused. */
	mostPages = Number.POSITIVE_INFINITY;
	/** Pages read so far. */
	reads = 0;
	readonly segments = new Set<readonly Uint8Array[]>();

	constructor(memoryBytes: number) {
		this.memoryBytes = memoryBytes;
	}

	get bytes(): number {
		return [...this.segments].flat().reduce((sum, page) => sum + page.length, 0);
	}

	write(pages: Iterable<Uint8Array>): SpillSegment | undefined {
		const kept = Array.from(pages, (page) => page.slice());
		if ([...this.segments].flat().length + kept.length > this.mostPages) return undefined;
		this.segments.add(kept);
		return {
			bytes: kept.reduce((sum, page) => sum + page.length, 0),
			memoryBytes: kept.length * 12,
			pages: kept.length,
			read: (page) => {
				if (!this.segments.has(kept)) throw new Error("The segment was dropped.");
				this.reads += 1;
				return (kept[page] ?? new Uint8Array(0)).slice();
			},
			drop: () => void this.segments.delete(kept),
		};
	}

	close(): void {
		this.segments.clear();
	}
}
