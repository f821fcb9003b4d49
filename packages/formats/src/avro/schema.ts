import type { Field, FieldType, RecordSchema } from "@weir/records";

const TYPES: Readonly<Record<FieldType, unknown>> = {
	number: "double",
	integer: "long",
	boolean: "boolean",
	text: "string",
	json: "string",
	timestamp: { type: "long", logicalType: "timestamp-millis" },
};

/** The schema as Avro knows it: every field may be null. Names that Avro does not take are made to fit, and stand beside as `fieldName`. */
export function avroSchema({ fields }: RecordSchema): unknown {
	const taken = new Set<string>();
	const named = fields.map((field) => {
		const fit = fitName(field, taken);
		taken.add(fit);
		const said = fit === field.name ? {} : { fieldName: field.name };
		return { name: fit, type: ["null", TYPES[field.type]], default: null, ...said };
	});
	return { type: "record", name: "Record", namespace: "weir", fields: named };
}

function fitName({ name }: Field, taken: ReadonlySet<string>): string {
	const fit = name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9]|$)/, "_");
	let unique = fit;
	for (let n = 2; taken.has(unique); n++) unique = `${fit}_${n}`;
	return unique;
}
