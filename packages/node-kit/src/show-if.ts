import type { FieldMeta } from "./definition.ts";

/** Whether a field counts, from what the fields beside it are; `read` answers a field's value, or what it is when nobody sets it. */
export function isOfUse({ showIf }: Pick<FieldMeta, "showIf">, read: (field: string) => unknown): boolean {
	if (showIf === undefined) return true;
	const value = read(showIf.field);
	return "is" in showIf ? showIf.is.some((one) => one === value) : !showIf.isNot.some((one) => one === value);
}
