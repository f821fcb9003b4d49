/** What may stand in braces in a path, and what stands there instead. */
const TIME_PARTS: Readonly<Record<string, (iso: string) => string>> = {
	year: (iso) => iso.slice(0, 4),
	month: (iso) => iso.slice(0, 7),
	day: (iso) => iso.slice(0, 10),
	hour: (iso) => iso.slice(11, 13),
	minute: (iso) => iso.slice(14, 16),
};

const NAMES: readonly string[] = ["tenant", "flow"];
const PLACEHOLDER = /\{([^{}]*)\}/g;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What is wrong with a path template; undefined: nothing. */
export function pathFault(template: string): string | undefined {
	for (const [all, name = ""] of template.matchAll(PLACEHOLDER)) {
		if (!NAMES.includes(name) && TIME_PARTS[name] === undefined) {
			return `There is no ${all}; use {tenant}, {flow}, {year}, {month}, {day}, {hour} or {minute}.`;
		}
	}
	if (/[{}]/.test(template.replaceAll(PLACEHOLDER, ""))) return "A brace is not closed, or opens nothing.";
	if (/^\/|\/$|\/\/|(^|\/)\.{1,2}(\/|$)|\\/.test(template)) {
		return "Write it as a/b: without a slash at either end, none twice, and without dots alone.";
	}
	return undefined;
}

/** How long one path is used, by event time; undefined: for ever. */
export function pathSpanMs(template: string): number | undefined {
	if (template.includes("{minute}")) return MINUTE_MS;
	if (template.includes("{hour}")) return HOUR_MS;
	return Object.keys(TIME_PARTS).some((name) => template.includes(`{${name}}`)) ? DAY_MS : undefined;
}

export function pathAt(template: string, names: { readonly tenant: string; readonly flow: string }, timeMs: number): string {
	const iso = new Date(timeMs).toISOString();
	return template.replaceAll(PLACEHOLDER, (all, name: string) => {
		if (name === "tenant" || name === "flow") return names[name];
		return TIME_PARTS[name]?.(iso) ?? all;
	});
}

/** The part in front of the first folder that is named after a time. */
export function pathBase(template: string): string {
	const folders = template.split("/");
	const first = folders.findIndex((folder) => pathSpanMs(folder) !== undefined);
	return folders.slice(0, first === -1 ? folders.length : first).join("/");
}
