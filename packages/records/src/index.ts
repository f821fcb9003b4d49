export type { BatchOrigin, RecordBatch, Watermark } from "./batch.ts";
export { aBatch, allocateColumn, type BatchOptions, columnFrom, nullColumn, type Row, type RowValue } from "./build.ts";
export { ByteReader, ByteWriter } from "./bytes.ts";
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
export {
	type ColumnFrame,
	decodeColumnFrame,
	type EncodedFrame,
	encodeBatchFrames,
	encodeWatermarkFrame,
	type ProducerState,
} from "./column-frame.ts";
export { createDictionary } from "./dictionary.ts";
export {
	CODEC,
	type Codec,
	countRecords,
	encodeFrameHeader,
	encodeRawFrame,
	encodeRecord,
	FRAME_HEADER_BYTES,
	FRAME_LIMIT_BYTES,
	type FrameHeader,
	type RawRecord,
	RECORD_HEADER_BYTES,
	type RecordVisitor,
	readFrame,
	readFrameHeader,
	visitRecords,
	writeFrameHeader,
	writeRecordHeader,
} from "./frame.ts";
export { hashBytes, hashText, partitionOf } from "./hash.ts";
export { partitionRows } from "./partition.ts";
export { type Field, type FieldType, fieldNamed, type RecordSchema, sameSchema } from "./schema.ts";
export { copyBatch, copyColumn, everyRow, select, selectionOf, withColumns } from "./select.ts";
export { matchesTopicFilter } from "./topic.ts";
export { formatDuration, formatSize, growthText, parseDuration, parseSize, roundDuration, roundSize } from "./units.ts";
export { isoOf, keyTextAt, keyTextOf, rowAsJson, rowAt, rowsOf, valueAt } from "./values.ts";
