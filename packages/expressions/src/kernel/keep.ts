import type { Column, FieldType } from "@weir/records";
import { isNumberType, numberColumn, numbersOf } from "./columns.ts";
import type { Run } from "./run.ts";

/**
 * Takes a result out of the scratch columns, which the next evaluation of any kernel overwrites: the kernel keeps them until its own next
 * result and gives the last ones back instead, so nothing is copied. A column of the batch passes as it is.
 */
export function keeper(type: FieldType): (run: Run, column: Column) => Column {
	const values = slot<Float64Array>();
	const bytes = slot<Uint8Array>();
	const valid = slot<Uint8Array>();
	const first = slot<Int32Array>();
	const second = slot<Int32Array>();
	return (run, column) => {
		if (column.valid !== undefined) valid(run, column.valid);
		switch (column.type) {
			case "boolean":
				if (column.values !== column.valid) bytes(run, column.values);
				return column;
			case "text":
				first(run, column.codes);
				return column;
			case "json":
				first(run, column.starts);
				second(run, column.ends);
				return column;
			default:
				values(run, column.values);
				// An integer may stand where the expression promises a number.
				return isNumberType(type) ? numberColumn(type, numbersOf(column).values, column.valid) : column;
		}
	};
}

function slot<T extends Float64Array | Uint8Array | Int32Array>(): (run: Run, column: T) => void {
	let kept: T | undefined;
	return (run, column) => {
		kept = run.trade(column, kept) ?? kept;
	};
}
