const LINE = 100;

/** JSON with one short thing a line, as people would write it by hand. */
export function prettyJson(value: unknown, indent = ""): string {
	const flat = JSON.stringify(value);
	if (flat.length <= LINE - indent.length || typeof value !== "object" || value === null) return flat;
	const inner = `${indent}  `;
	if (Array.isArray(value)) return `[\n${value.map((each) => inner + prettyJson(each, inner)).join(",\n")}\n${indent}]`;
	const lines = Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${prettyJson(each, inner)}`);
	return `{\n${lines.join(",\n")}\n${indent}}`;
}
