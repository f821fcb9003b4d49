/** The value at `aggregates.0.field`; undefined when the path leads nowhere. */
export function valueAtPath(value: unknown, path: string): unknown {
	let at = value;
	for (const key of path.split(".")) {
		if (typeof at !== "object" || at === null) return undefined;
		at = Reflect.get(at, key);
	}
	return at;
}

/** A copy of `config` with `value` at the path; everything beside the path keeps its identity. Undefined takes the key away. */
export function withValueAtPath(config: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> {
	const [key = "", ...rest] = path.split(".");
	return put(config, key, rest, value) as Record<string, unknown>;
}

function put(holder: unknown, key: string, rest: readonly string[], value: unknown): unknown {
	const [next, ...after] = rest;
	const inner = typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
	const child = next === undefined ? value : put(inner ?? {}, next, after, value);
	if (Array.isArray(holder)) return holder.map((item: unknown, i) => (String(i) === key ? child : item));
	const copy: Record<string, unknown> = { ...(holder as Record<string, unknown> | undefined) };
	if (child === undefined) delete copy[key];
	else copy[key] = child;
	return copy;
}
