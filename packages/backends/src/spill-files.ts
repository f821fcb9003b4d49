import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { WeirError } from "@weir/errors";
import type { SpillSegment, SpillSpace } from "@weir/node-kit";
import type { SpillDisk, TaskSpill } from "@weir/runtime";

export interface SpillFilesOptions {
	/** Where all worker processes of a machine have a folder each; on a real disk, or nothing is gained. */
	readonly folder: string;
	/** What the process calls itself: `<name>-<process id>`. */
	readonly owner: string;
	/** The most that the process may write; 0: it writes nothing. */
	readonly mostBytes: number;
	/** Memory for the states of one job that may go to the disk: it is shared out among all that do. */
	readonly jobMemoryBytes: number;
	/** Nobody is asked to stay within less: a batch of records alone takes a part of it. */
	readonly leastMemoryBytes?: number;
	/** Told when the disk takes no more, once until it does again. */
	onTrouble?(trouble: string): void;
}

const LEAST_MEMORY_BYTES = 8_000_000;
const WRITE_BYTES = 1_048_576;
/** What is held of a page: where it ends, and its checksum. */
const PAGE_BYTES = 12;

/** A folder of the local disk for state that does not fit into memory. What was there before is removed: it belongs to processes that ended. */
export class SpillFiles implements SpillDisk {
	readonly #options: SpillFilesOptions;
	readonly #folder: string;
	readonly #spacesByJob = new Map<string, number>();
	#bytes = 0;
	#next = 1;
	#trouble: string | undefined;
	/** Pages are read into memory that is used again. */
	#page = new Uint8Array(65_536);
	#writing: Buffer | undefined;

	/** A folder that cannot be made is a disk that takes nothing: the process works without. */
	constructor(options: SpillFilesOptions) {
		this.#options = options;
		this.#folder = join(options.folder, options.owner);
		try {
			this.#begin();
		} catch (error) {
			this.#refuse(error);
		}
	}

	#begin(): void {
		const { folder, owner } = this.#options;
		mkdirSync(folder, { recursive: true });
		for (const name of readdirSync(folder)) {
			if (name === owner || isOfEnded(name, owner)) rmSync(join(folder, name), { recursive: true, force: true });
		}
	}

	/** Notes why the disk takes nothing. */
	#refuse(error: unknown): void {
		if (!isOfDisk(error)) throw error;
		const trouble = `the local disk takes no more of it (${messageOf(error)})`;
		if (this.#trouble === undefined) this.#options.onTrouble?.(trouble);
		this.#trouble = trouble;
	}

	/** Bytes written by all jobs. */
	get bytes(): number {
		return this.#bytes;
	}

	get trouble(): string | undefined {
		return this.#trouble;
	}

	open(job: string): TaskSpill {
		const byNode = new Map<string, Set<Space>>();
		return {
			space: (node) => {
				const spaces = byNode.get(node) ?? new Set();
				byNode.set(node, spaces);
				const space = new Space(this, job, () => spaces.delete(space));
				spaces.add(space);
				return space;
			},
			bytesOf: (node) => [...(byNode.get(node) ?? [])].reduce((sum, space) => sum + space.bytes, 0),
			close: () => {
				for (const spaces of byNode.values()) for (const space of [...spaces]) space.close();
			},
		};
	}

	memoryOf(job: string): number {
		const { jobMemoryBytes, leastMemoryBytes = LEAST_MEMORY_BYTES } = this.#options;
		return Math.max(leastMemoryBytes, Math.floor(jobMemoryBytes / Math.max(1, this.#spacesByJob.get(job) ?? 1)));
	}

	countSpaces(job: string, by: 1 | -1): void {
		const count = (this.#spacesByJob.get(job) ?? 0) + by;
		if (count === 0) this.#spacesByJob.delete(job);
		else this.#spacesByJob.set(job, count);
	}

	/** Writes pages to a file of their own; undefined: there is no room. */
	write(pages: Iterable<Uint8Array>): Segment | undefined {
		const path = join(this.#folder, `${this.#next++}.pages`);
		let file: number | undefined;
		try {
			// Most processes never need one.
			if (this.#bytes === 0) mkdirSync(this.#folder, { recursive: true });
			file = openSync(path, "wx+", 0o600);
			const segment = new Segment(this, path, file);
			this.#fill(segment, file, pages);
			this.#bytes += segment.bytes;
			this.#trouble = undefined;
			return segment;
		} catch (error) {
			if (file !== undefined) {
				closeSync(file);
				rmSync(path, { force: true });
			}
			this.#refuse(error);
			return undefined;
		}
	}

	#fill(segment: Segment, file: number, pages: Iterable<Uint8Array>): void {
		this.#writing ??= Buffer.allocUnsafe(WRITE_BYTES);
		const buffer = this.#writing;
		let filled = 0;
		const flush = (bytes: Uint8Array) => {
			for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
		};
		for (const page of pages) {
			if (this.#bytes + segment.bytes + page.length > this.#options.mostBytes) throw new NoRoom(this.#options.mostBytes);
			segment.note(page);
			if (filled + page.length > buffer.length) {
				flush(buffer.subarray(0, filled));
				filled = 0;
			}
			if (page.length > buffer.length) flush(page);
			else {
				buffer.set(page, filled);
				filled += page.length;
			}
		}
		flush(buffer.subarray(0, filled));
	}

	/** Throws SPILL_DAMAGED. */
	read(file: number, path: string, from: number, length: number, sum: number): Uint8Array {
		if (this.#page.length < length) this.#page = new Uint8Array(length * 2);
		const page = this.#page.subarray(0, length);
		try {
			for (let at = 0; at < length; ) {
				const read = readSync(file, page, at, length - at, from + at);
				if (read === 0) throw damaged(path, "it ends too early");
				at += read;
			}
		} catch (error) {
			throw isOfDisk(error) ? damaged(path, messageOf(error), error) : error;
		}
		if (crc32(page) !== sum) throw damaged(path, "a checksum is wrong");
		return page;
	}

	release(file: number, path: string, bytes: number): void {
		this.#bytes -= bytes;
		closeSync(file);
		try {
			unlinkSync(path);
		} catch (error) {
			// Somebody has cleared the folder: it is gone either way.
			if (!isOfDisk(error)) throw error;
		}
	}

	/** Removes the folder. Tasks that are still open can no longer write. */
	close(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

class Space implements SpillSpace {
	readonly #files: SpillFiles;
	readonly #job: string;
	readonly #onClose: () => void;
	readonly #segments = new Set<Segment>();
	#isClosed = false;

	constructor(files: SpillFiles, job: string, onClose: () => void) {
		this.#files = files;
		this.#job = job;
		this.#onClose = onClose;
		files.countSpaces(job, 1);
	}

	get memoryBytes(): number {
		return this.#files.memoryOf(this.#job);
	}

	get bytes(): number {
		let bytes = 0;
		for (const segment of this.#segments) bytes += segment.bytes;
		return bytes;
	}

	write(pages: Iterable<Uint8Array>): SpillSegment | undefined {
		const segment = this.#files.write(pages);
		if (segment === undefined) return undefined;
		this.#segments.add(segment);
		segment.onDrop = () => void this.#segments.delete(segment);
		return segment;
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		for (const segment of [...this.#segments]) segment.drop();
		this.#files.countSpaces(this.#job, -1);
		this.#onClose();
	}
}

class Segment implements SpillSegment {
	bytes = 0;
	pages = 0;
	onDrop = () => {};
	readonly #files: SpillFiles;
	readonly #path: string;
	readonly #file: number;
	/** By page: where it begins; one more says where the last ends. */
	#starts = new Float64Array(64);
	#sums = new Uint32Array(64);
	#isDropped = false;

	constructor(files: SpillFiles, path: string, file: number) {
		this.#files = files;
		this.#path = path;
		this.#file = file;
	}

	get memoryBytes(): number {
		return this.#sums.length * PAGE_BYTES;
	}

	/** Notes a page that is written next. */
	note(page: Uint8Array): void {
		if (this.pages + 1 >= this.#starts.length) {
			const [starts, sums] = [this.#starts, this.#sums];
			this.#starts = new Float64Array(starts.length * 2);
			this.#starts.set(starts);
			this.#sums = new Uint32Array(sums.length * 2);
			this.#sums.set(sums);
		}
		this.#sums[this.pages] = crc32(page);
		this.bytes += page.length;
		this.pages += 1;
		this.#starts[this.pages] = this.bytes;
	}

	read(page: number): Uint8Array {
		const from = this.#starts[page] ?? 0;
		return this.#files.read(this.#file, this.#path, from, (this.#starts[page + 1] ?? 0) - from, this.#sums[page] ?? 0);
	}

	drop(): void {
		if (this.#isDropped) return;
		this.#isDropped = true;
		this.#files.release(this.#file, this.#path, this.bytes);
		this.onDrop();
	}
}

class NoRoom extends Error {
	constructor(mostBytes: number) {
		super(`WORKER_SPILL_BYTES allows ${mostBytes.toLocaleString("en")} bytes`);
	}
}

function isOfDisk(error: unknown): boolean {
	return error instanceof NoRoom || (error instanceof Error && "syscall" in error);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function damaged(path: string, how: string, cause?: unknown): WeirError {
	return new WeirError(
		"SPILL_DAMAGED",
		`A part of the state on the local disk cannot be read back: ${how} in ${path}. The task begins again from its checkpoint; if this happens again, look after the disk.`,
		{ cause },
	);
}

/** The folder of a process of the same name that is no more. */
function isOfEnded(folder: string, owner: string): boolean {
	const name = owner.slice(0, owner.lastIndexOf("-") + 1);
	const id = Number(folder.slice(name.length));
	if (!folder.startsWith(name) || !Number.isInteger(id) || id <= 0) return false;
	try {
		process.kill(id, 0);
		return false;
	} catch (error) {
		return error instanceof Error && "code" in error && error.code === "ESRCH";
	}
}
