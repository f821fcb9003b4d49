import { createHash } from "node:crypto";
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { WeirError } from "@weir/errors";
import { readFrameHeader } from "@weir/records";
import type { Entry, EntryId, StreamRef } from "@weir/runtime";
import * as z from "zod";
import { familyOf } from "../log-keys.ts";
import { gone } from "../sealed.ts";
import { GONE_MS, goneName } from "../tombstones.ts";
import type { ColdPlace, ColdRange, ColdStore } from "./cold-store.ts";
import { packEntries, rangeSchema, readHead, unpackEntries, writeHead } from "./segment.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const ENDING = ".segment";
const PLACE = "place.json";
/** Folder of tombstones: files without content. */
const GONE = ".gone";
/** As much as a head may take: it is read without the rest. */
const HEAD_BYTES = 4_096;

const placeSchema = z.object({
	heldFromMs: z.number().optional(),
	hotFromMs: z.record(z.string(), z.number()),
	moving: z.string().exactOptional(),
});

/** Ranges as files in a folder: `<tenant>/<stream>/<partition>/<n>.segment`, compressed, with a checksum. */
export class ColdFiles implements ColdStore {
	readonly #folder: string;
	/** Heads by file: a file never changes. */
	readonly #heads = new Map<string, ColdRange>();

	constructor(folder: string) {
		this.#folder = folder;
	}

	async ranges(stream: StreamRef, partition: number): Promise<readonly ColdRange[]> {
		const folder = this.#placeOf(stream, partition);
		const names = (await filesIn(folder)).filter((name) => name.endsWith(ENDING)).sort();
		const ranges: ColdRange[] = [];
		for (const name of names) {
			const file = path.join(folder, name);
			const known = this.#heads.get(file) ?? (await headOf(file));
			// It was removed since the folder was listed.
			if (known === undefined) continue;
			if (this.#heads.size > 50_000) this.#heads.clear();
			this.#heads.set(file, known);
			ranges.push(known);
		}
		return ranges;
	}

	async put(stream: StreamRef, partition: number, after: EntryId, entries: readonly Entry[]): Promise<ColdRange> {
		if (await this.#isGone(stream)) throw gone();
		const folder = this.#placeOf(stream, partition);
		await mkdir(folder, { recursive: true, mode: 0o700 });
		const names = (await filesIn(folder)).filter((name) => name.endsWith(ENDING)).sort();
		const number = Number.parseInt(names.at(-1) ?? "0", 10) + 1;
		const timeOf = (entry: Entry | undefined) => (entry === undefined ? 0 : readFrameHeader(entry.frame).ingestTimeMs);
		const range = { after, upTo: entries.at(-1)?.id ?? after, fromMs: timeOf(entries[0]), untilMs: timeOf(entries.at(-1)) };
		const body = await compress(packEntries(entries));
		await writeDurably(path.join(folder, `${String(number).padStart(12, "0")}${ENDING}`), [writeHead(range, checksum(body)), body]);
		// Whoever sleeps between the look above and the file wakes up here.
		if (await this.#isGone(stream)) {
			await this.drop(stream);
			throw gone();
		}
		return range;
	}

	async read(stream: StreamRef, partition: number, { upTo }: ColdRange): Promise<readonly Entry[]> {
		const file = await this.#fileOf(stream, partition, upTo);
		if (file === undefined) return [];
		const bytes = await readFile(file);
		const head = readHead(bytes);
		const body = head === undefined ? undefined : bytes.subarray(head.length);
		if (head === undefined || body === undefined || checksum(body) !== head.checksum) throw damaged(file);
		try {
			return unpackEntries(await decompress(body));
		} catch (error) {
			throw damaged(file, error);
		}
	}

	async remove(stream: StreamRef, partition: number, { upTo }: ColdRange): Promise<void> {
		const file = await this.#fileOf(stream, partition, upTo);
		if (file !== undefined) await rm(file, { force: true });
	}

	async place(stream: StreamRef, partition: number): Promise<ColdPlace | undefined> {
		const text = await readFile(path.join(this.#placeOf(stream, partition), PLACE), "utf8").catch(ifMissing);
		if (text === undefined) return undefined;
		const { heldFromMs, ...rest } = placeSchema.parse(JSON.parse(text));
		return { heldFromMs, ...rest };
	}

	async setPlace(stream: StreamRef, partition: number, place: ColdPlace): Promise<void> {
		await writeDurably(path.join(this.#placeOf(stream, partition), PLACE), [Buffer.from(JSON.stringify(place))]);
	}

	async drop(stream: StreamRef): Promise<void> {
		await rm(this.#streamOf(stream), { recursive: true, force: true });
	}

	async bury(ids: readonly string[]): Promise<void> {
		const folder = path.join(this.#folder, GONE);
		await mkdir(folder, { recursive: true, mode: 0o700 });
		for (const name of await filesIn(folder)) {
			const file = path.join(folder, name);
			if (Date.now() - ((await stat(file).catch(ifMissing))?.mtimeMs ?? 0) > GONE_MS) await rm(file, { force: true });
		}
		for (const id of ids) await writeDurably(path.join(folder, goneName(id)), []);
	}

	async eraseTenant(tenant: string): Promise<void> {
		await this.bury([tenant]);
		await rm(path.join(this.#folder, encodeURIComponent(tenant)), { recursive: true, force: true });
	}

	async #isGone(stream: StreamRef): Promise<boolean> {
		const endpoint = familyOf(stream).stream.slice("e:".length);
		const looks = [stream.tenant, endpoint].map((id) =>
			access(path.join(this.#folder, GONE, goneName(id))).then(
				() => true,
				(error: NodeJS.ErrnoException) => ifMissing(error) ?? false,
			),
		);
		return (await Promise.all(looks)).includes(true);
	}

	async #fileOf(stream: StreamRef, partition: number, upTo: EntryId): Promise<string | undefined> {
		await this.ranges(stream, partition);
		const folder = `${this.#placeOf(stream, partition)}${path.sep}`;
		for (const [file, range] of this.#heads) if (range.upTo === upTo && file.startsWith(folder)) return file;
		return undefined;
	}

	#streamOf({ tenant, stream }: StreamRef): string {
		return path.join(this.#folder, encodeURIComponent(tenant), encodeURIComponent(stream));
	}

	#placeOf(stream: StreamRef, partition: number): string {
		return path.join(this.#streamOf(stream), String(partition));
	}
}

async function headOf(file: string): Promise<ColdRange | undefined> {
	const handle = await open(file).catch(ifMissing);
	if (handle === undefined) return undefined;
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
		const head = readHead(buffer.subarray(0, bytesRead));
		if (head === undefined) throw damaged(file);
		return rangeSchema.parse(head.range);
	} finally {
		await handle.close();
	}
}

/** Whoever finds the file finds it whole, also after a power cut. */
async function writeDurably(file: string, parts: readonly Uint8Array[]): Promise<void> {
	const handle = await open(`${file}.new`, "w", 0o600);
	try {
		for (const part of parts) await handle.writeFile(part);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(`${file}.new`, file);
	const folder = await open(path.dirname(file));
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

async function filesIn(folder: string): Promise<readonly string[]> {
	return (await readdir(folder).catch(ifMissing)) ?? [];
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code === "ENOENT") return undefined;
	throw new WeirError("LOG_UNAVAILABLE", `The file store of old records cannot be read: check the folder COLD_FOLDER (${error.message})`, {
		cause: error,
	});
}

function checksum(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}

function damaged(file: string, cause?: unknown): WeirError {
	return new WeirError(
		"STATE_CORRUPT",
		`The file ${file} with old records is damaged: its checksum is wrong. Restore it from a backup, or remove it and begin the replay behind it.`,
		{ cause },
	);
}
