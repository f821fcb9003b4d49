export type { BatchOrigin, RecordBatch, Watermark } from "./batch.ts";
export {
	type BooleanColumn,
	type Column,
	type ColumnOf,
	type Dictionary,
	isNullAt,
	type JsonColumn,
	type NumberColumn,
	type TextColumn,
	type Validity,
} from "./column.ts";
export { type Field, type FieldType, fieldNamed, type RecordSchema, sameSchema } from "./schema.ts";
