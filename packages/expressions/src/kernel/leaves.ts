import { WeirError } from "@weir/errors";
import { type Column, createDictionary, type FieldType, type RecordSchema } from "@weir/records";
import type { FieldReference, Literal, Months } from "../tree.ts";
import { booleanColumn, keptAs, numberColumn, textColumn } from "./columns.ts";
import type { Evaluate, Run } from "./run.ts";

/** The batch's own column, not copied. Its place is looked up once per schema. */
export function compileField({ name, type }: FieldReference): Evaluate {
	let schema: RecordSchema | undefined;
	let index = -1;
	return ({ batch }) => {
		if (batch.schema !== schema) {
			schema = batch.schema;
			index = schema.fields.findIndex((field) => field.name === name);
		}
		const column = batch.columns[index];
		if (column === undefined) throw new WeirError("INVARIANT_BROKEN", `The batch has no column for the field ${name} of an expression.`);
		if (column.type !== type && !(type === "number" && column.type === "integer")) {
			throw new WeirError("INVARIANT_BROKEN", `The field ${name} is ${column.type} in the batch but ${type} in the expression.`);
		}
		return column;
	};
}

const encoder = new TextEncoder();

/** A constant as a column. Kernels that care take constants out of the tree instead. */
export function compileLiteral({ type: valueType, value }: Literal): Evaluate {
	const type = keptAs(valueType);
	if (value === null) return nullColumn(type);
	switch (type) {
		case "boolean":
			return (run) => booleanColumn(run.bytes().fill(value === true ? 1 : 0, 0, run.length), undefined);
		case "text": {
			const dictionary = createDictionary();
			dictionary.codeOf(String(value));
			return (run) => textColumn(run.ints().fill(0, 0, run.length), dictionary, undefined);
		}
		case "json": {
			const slab = encoder.encode(String(value));
			return (run) => ({
				type,
				slab,
				starts: run.ints().fill(0, 0, run.length),
				ends: run.ints().fill(slab.length, 0, run.length),
			});
		}
		default:
			return (run) => numberColumn(type, run.numbers().fill(Number(value), 0, run.length), undefined);
	}
}

/** Where only its length counts, a month has 30 days, as in PostgreSQL's comparisons. */
export function compileMonths({ months, ms, type }: Months): Evaluate {
	return compileLiteral({ kind: "literal", type, value: months * 30 * 86_400_000 + ms });
}

function nullColumn(type: FieldType): Evaluate {
	const empty = new Uint8Array(0);
	const dictionary = createDictionary();
	return (run): Column => {
		const valid = run.bytes().fill(0, 0, run.length);
		switch (type) {
			case "boolean":
				return booleanColumn(valid, valid);
			case "text":
				return textColumn(zeros(run), dictionary, valid);
			case "json":
				return { type, slab: empty, starts: zeros(run), ends: zeros(run), valid };
			default:
				return numberColumn(type, run.numbers().fill(0, 0, run.length), valid);
		}
	};
}

function zeros(run: Run): Int32Array {
	return run.ints().fill(0, 0, run.length);
}
