import { once } from "node:events";
import { mkdir, open, readdir, readFile, rm, stat, statfs, truncate } from "node:fs/promises";
import path from "node:path";
import { type RunningKafka, type RunningRedis, startKafka, startRedis } from "@weir/tooling";
import { buildFsyncBook, mountTmpfs, unmount } from "./needs.ts";

/** A service whose data stay on disk when it dies. */
export interface Mortal {
	/** `kill -9`. */
	kill(): Promise<void>;
	/** Starts again on what is left of its data; nothing happens when it runs. */
	revive(): Promise<void>;
	stop(): Promise<void>;
}

export interface MortalRedisOptions {
	readonly folder: string;
	readonly appendfsync: "always" | "everysec";
	/** Notes what was flushed, so that the power can be cut. */
	readonly notesFlushes?: boolean;
	/** Its folder is a disk of its own with this room. */
	readonly diskMegabytes?: number;
}

const BALLAST = "ballast";

export class MortalRedis implements Mortal {
	readonly folder: string;
	readonly #options: MortalRedisOptions;
	readonly #library: string | undefined;
	#running: RunningRedis;

	private constructor(options: MortalRedisOptions, library: string | undefined, running: RunningRedis) {
		this.folder = options.folder;
		this.#options = options;
		this.#library = library;
		this.#running = running;
	}

	static async start(options: MortalRedisOptions): Promise<MortalRedis> {
		await mkdir(options.folder, { recursive: true });
		if (options.diskMegabytes !== undefined) await mountTmpfs(options.folder, options.diskMegabytes);
		const library = options.notesFlushes === true ? await buildFsyncBook(path.dirname(options.folder)) : undefined;
		return new MortalRedis(options, library, await launch(options, library));
	}

	get url(): string {
		return this.#running.url;
	}

	get port(): number {
		return this.#running.port;
	}

	get isRunning(): boolean {
		const { exitCode, signalCode } = this.#running.process;
		return exitCode === null && signalCode === null;
	}

	async kill(): Promise<void> {
		if (!this.isRunning) return;
		const gone = once(this.#running.process, "exit");
		process.kill(this.#running.pid, "SIGKILL");
		await gone;
	}

	async revive(): Promise<void> {
		if (!this.isRunning) this.#running = await launch(this.#options, this.#library, this.#running.port);
	}

	/** Dies, and of each file only what was flushed is left. Answers how many bytes were not. */
	async cutPower(): Promise<number> {
		await this.kill();
		let lost = 0;
		for (const { file, bytes, inode } of await this.#files()) {
			const note = await readFile(path.join(bookOf(this.folder), String(inode)), "utf8").catch(() => "0");
			const flushed = Math.min(bytes, Number(note));
			lost += bytes - flushed;
			await truncate(file, flushed);
		}
		return lost;
	}

	/** How much it has written, by file. */
	async written(): Promise<ReadonlyMap<string, number>> {
		return new Map((await this.#files()).map(({ file, bytes }) => [file, bytes]));
	}

	/** Dies, and its files are as long as they were. */
	async cutTo(written: ReadonlyMap<string, number>): Promise<void> {
		await this.kill();
		for (const { file, bytes } of await this.#files()) await truncate(file, Math.min(bytes, written.get(file) ?? 0));
	}

	/** Something else takes the room on its disk, but for `leftBytes`. */
	async fillDisk(leftBytes: number): Promise<void> {
		const ballast = await open(path.join(this.folder, BALLAST), "a");
		try {
			const piece = Buffer.alloc(1024 * 1024);
			for (;;) {
				const { bavail, bsize } = await statfs(this.folder);
				const room = bavail * bsize - leftBytes;
				if (room <= 0) return;
				await ballast.write(piece, 0, Math.min(piece.length, room));
			}
		} catch (error) {
			// Full to the brim is what is wanted.
			if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
		} finally {
			await ballast.close();
		}
	}

	async emptyDisk(): Promise<void> {
		await rm(path.join(this.folder, BALLAST), { force: true });
	}

	async stop(): Promise<void> {
		await this.#running.stop();
		if (this.#options.diskMegabytes !== undefined) await unmount(this.folder);
	}

	async #files(): Promise<readonly { readonly file: string; readonly bytes: number; readonly inode: number }[]> {
		const folder = path.join(this.folder, "appendonlydir");
		const names = await readdir(folder);
		return Promise.all(
			names.map(async (name) => {
				const file = path.join(folder, name);
				const { size, ino } = await stat(file);
				return { file, bytes: size, inode: ino };
			}),
		);
	}
}

export class MortalKafka implements Mortal {
	readonly #folder: string;
	#running: RunningKafka;

	private constructor(folder: string, running: RunningKafka) {
		this.#folder = folder;
		this.#running = running;
	}

	static async start(folder: string): Promise<MortalKafka> {
		return new MortalKafka(folder, await startKafka({ folder }));
	}

	get brokers(): string {
		return this.#running.brokers;
	}

	async kill(): Promise<void> {
		const gone = once(this.#running.process, "exit");
		process.kill(this.#running.pid, "SIGKILL");
		await gone;
	}

	async revive(): Promise<void> {
		const { port, controllerPort, process: before } = this.#running;
		if (before.exitCode === null && before.signalCode === null) return;
		this.#running = await startKafka({ folder: this.#folder, port, controllerPort });
	}

	async stop(): Promise<void> {
		await this.#running.stop();
	}
}

function bookOf(folder: string): string {
	return `${folder}-flushed`;
}

async function launch({ folder, appendfsync }: MortalRedisOptions, library: string | undefined, port?: number): Promise<RunningRedis> {
	const book = bookOf(folder);
	if (library !== undefined) await mkdir(book, { recursive: true });
	return startRedis({
		folder,
		appendfsync,
		...(port === undefined ? {} : { port }),
		...(library === undefined ? {} : { env: { LD_PRELOAD: library, FSYNC_BOOK: book } }),
	});
}
