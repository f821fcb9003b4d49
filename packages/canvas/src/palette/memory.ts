const RECENT = "weir-recent-kinds";
const CLOSED = "weir-closed-sections";
const RECENT_KEPT = 3;

/** Kinds this person used last, newest first. */
export function recentKinds(): readonly string[] {
	return readWords(RECENT);
}

export function rememberUse(kind: string): void {
	writeWords(RECENT, [kind, ...recentKinds().filter((other) => other !== kind)].slice(0, RECENT_KEPT));
}

/** Sections of the palette that this person keeps closed. */
export function closedSections(): ReadonlySet<string> {
	return new Set(readWords(CLOSED));
}

export function rememberClosed(sections: ReadonlySet<string>): void {
	writeWords(CLOSED, [...sections]);
}

function readWords(key: string): readonly string[] {
	try {
		const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
		return Array.isArray(kept) ? kept.filter((word) => typeof word === "string") : [];
	} catch {
		return [];
	}
}

function writeWords(key: string, words: readonly string[]): void {
	try {
		localStorage.setItem(key, JSON.stringify(words));
	} catch {
		// A browser that keeps nothing (private windows) just forgets.
	}
}
