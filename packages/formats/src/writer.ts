import type { RecordSchema } from "@weir/records";
import { AvroWriter } from "./avro/writer.ts";
import { CsvWriter } from "./csv/writer.ts";
import { NdjsonWriter } from "./ndjson/writer.ts";
import { ParquetWriter } from "./parquet/writer.ts";

import type { FileCompression, FileFormat, FileWriter } from "./written-file.ts";

export function createFileWriter(format: FileFormat, schema: RecordSchema, compression: FileCompression): FileWriter {
	switch (format) {
		case "parquet":
			return new ParquetWriter(schema, compression);
		case "avro":
			return new AvroWriter(schema, compression);
		case "csv":
			return new CsvWriter(schema, compression);
		case "ndjson":
			return new NdjsonWriter(compression);
	}
}
