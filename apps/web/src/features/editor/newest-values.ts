interface SenmlEntry {
	readonly n?: unknown;
	readonly v?: unknown;
	readonly vs?: unknown;
	readonly vb?: unknown;
	readonly sv?: unknown;
	readonly bv?: unknown;
}

/** Field values of the newest record that can be read, as text: a JSON object, or a SenML pack of either form. */
export function newestValues(texts: readonly string[]): Readonly<Record<string, string>> {
	for (const text of texts) {
		const values = valuesOf(text);
		if (values.length > 0) return Object.fromEntries(values);
	}
	return {};
}

function valuesOf(text: string): readonly (readonly [string, string])[] {
	let record: unknown;
	try {
		record = JSON.parse(text);
	} catch {
		return [];
	}
	if (typeof record !== "object" || record === null) return [];
	const pack: unknown = Array.isArray(record) ? record : "e" in record ? record.e : undefined;
	if (Array.isArray(pack)) {
		return pack.flatMap(({ n, v, vs, vb, sv, bv }: SenmlEntry) =>
			typeof n === "string" ? [[n, wordOf(v ?? vs ?? vb ?? sv ?? bv)] as const] : [],
		);
	}
	return Object.entries(record).map(([name, value]) => [name, wordOf(value)] as const);
}

const LONGEST = 40;

function wordOf(value: unknown): string {
	const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
	return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
