import { readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";

/** With less room than this a disk is full, whatever else lies on it. */
const LEAST_FREE_BYTES = 100_000_000;

/**
 * Share of the room that the log in a folder has on its disk and has used: a disk that is mostly full of other things is no reason
 * to refuse records while there is room for many more.
 */
export async function diskUse(folder: string): Promise<number> {
	const [{ bavail, bsize }, used] = await Promise.all([statfs(folder), bytesIn(folder)]);
	return shareUsed(used, bavail * bsize);
}

export function shareUsed(usedBytes: number, freeBytes: number): number {
	return freeBytes < LEAST_FREE_BYTES ? 1 : usedBytes / (usedBytes + freeBytes);
}

async function bytesIn(folder: string): Promise<number> {
	const sizes = await Promise.all(
		(await readdir(folder, { withFileTypes: true })).map(async (entry) => {
			const place = path.join(folder, entry.name);
			if (entry.isDirectory()) return bytesIn(place);
			// Redis renames and removes its files while we look.
			return stat(place).then(
				({ size }) => size,
				() => 0,
			);
		}),
	);
	return sizes.reduce((sum, size) => sum + size, 0);
}
