import { defineNode, type FieldMeta, formatDuration, type NodeProblem } from "@weir/node-kit";
import * as z from "zod";
import { pathFault } from "./path.ts";

const configSchema = z.strictObject({
	connection: z
		.string()
		.default("")
		.meta({ title: "Connection", widget: "connection" } satisfies FieldMeta),
	path: z
		.string()
		.max(500)
		.default("{tenant}/{flow}/dt={day}/hour={hour}")
		.meta({
			title: "Path",
			help: "Folder of the files, by event time in UTC. {tenant}, {flow}, {year}, {month}, {day}, {hour} and {minute} are replaced.",
		} satisfies FieldMeta),
	format: z
		.enum(["parquet", "ndjson", "csv", "avro"])
		.default("parquet")
		.meta({ title: "Format" } satisfies FieldMeta),
	compression: z
		.enum(["zstd", "gzip", "snappy", "none"])
		.default("zstd")
		.meta({ title: "Compression", help: "Text (NDJSON, CSV) is compressed as a whole, and not by snappy." } satisfies FieldMeta),
	rollMs: z
		.int()
		.min(1_000)
		.max(3_600_000)
		.default(60_000)
		.meta({
			title: "New file after",
			widget: "duration",
			help: "A file is finished this long after its first record, or when it is large enough. Records are seen in the bucket only then.",
		} satisfies FieldMeta),
	rollBytes: z
		.int()
		.min(100_000)
		.max(268_435_456)
		.default(33_554_432)
		.meta({
			title: "Largest file",
			widget: "bytes",
			help: "Counted before compression, over all paths of a partition; so much memory each partition may take.",
			advanced: true,
		} satisfies FieldMeta),
	rollRows: z
		.int()
		.min(1)
		.max(10_000_000)
		.default(1_000_000)
		.meta({ title: "Most records in a file", unit: "records", advanced: true } satisfies FieldMeta),
	manifest: z
		.boolean()
		.default(true)
		.meta({
			title: "Manifest",
			help: "Lists the files of each hour with their size, number of records and SHA-256 in the folder _manifest.",
			advanced: true,
		} satisfies FieldMeta),
});

export type S3SinkConfig = z.infer<typeof configSchema>;

function lint(
	{ connection, path, format, compression }: S3SinkConfig,
	input: { readonly fields: readonly unknown[] } | undefined,
): NodeProblem[] {
	const problems: NodeProblem[] = [];
	if (connection === "") {
		const message = "Choose the connection to the bucket, or make a new one.";
		problems.push({ code: "field-required", severity: "error", path: "connection", message });
	}
	const fault = pathFault(path);
	if (fault !== undefined) problems.push({ code: "path-invalid", severity: "error", path: "path", message: fault });
	if (compression === "snappy" && (format === "ndjson" || format === "csv")) {
		const message = "Files of text cannot be compressed by snappy; choose zstd, gzip or none.";
		problems.push({ code: "compression-unknown", severity: "error", path: "compression", message });
	}
	if (input !== undefined && input.fields.length === 0) {
		problems.push({ code: "input-empty", severity: "error", message: "No fields arrive here. Learn the fields of the source first." });
	}
	return problems;
}

export const definition = defineNode<S3SinkConfig>({
	kind: "s3-sink",
	version: 1,
	migrations: {},
	role: "sink",
	category: "sink",
	title: "S3 sink",
	summary: "Writes records into files of a bucket",
	tags: ["s3", "aws", "minio", "bucket", "object storage", "parquet", "avro", "csv", "ndjson", "data lake", "archive", "file"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to write." }],
	outputs: [],
	config: configSchema,
	connection: "s3",
	partitioning: () => ({ kind: "any" }),
	delivery: {
		guarantee: "effectively-once",
		needs: "Whoever lists the folder sees each record once: a file is completed only after the commit that names it.",
	},
	outputSchema: () => ({ schemas: {}, problems: [] }),
	lint,
	cardSummary: ({ format, path, rollMs }) => `${format} · ${path || "top"} · ${formatDuration(rollMs)}`,
	commitsIn: "log",
	aside(config, replay) {
		const path = `replay-${replay}${config.path === "" ? "" : `/${config.path}`}`;
		return { config: { ...config, path }, target: `the folder replay-${replay}` };
	},
	writesTo: ({ connection, path }) => ({ key: JSON.stringify([connection, path]), name: path === "" ? "the bucket" : path }),
	again: () => ({ isHarmless: false, sentence: "Each row goes into a file a second time: files that are there stay as they are." }),
});
