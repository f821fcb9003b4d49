import type { Field } from "@weir/records";
import type { SeenValues } from "../../tap/last-seen.ts";

/** "number · last 14.2"; the type alone while no value was seen. */
export function fieldDetail(field: Field, seen: SeenValues): string {
	const value = Object.hasOwn(seen, field.name) ? seen[field.name] : undefined;
	return value === undefined ? field.type : `${field.type} · last ${value}`;
}
