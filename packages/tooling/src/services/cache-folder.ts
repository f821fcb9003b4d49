import { homedir } from "node:os";
import path from "node:path";

/** Where things fetched for this machine are kept, outside the repository. */
export function cacheFolder(): string {
	return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "weir");
}
