import * as z from "zod";
import { kind, meta } from "./kind.ts";

export const SINKS = [
	kind({
		kind: "postgres-sink",
		role: "sink",
		category: "sink",
		title: "Postgres",
		summary: "Writes rows to a table",
		tags: ["sql", "table", "database"],
		connection: "postgres",
		config: z.strictObject({
			connection: z
				.string()
				.optional()
				.meta(meta({ title: "Connection", widget: "connection" })),
			table: z
				.string()
				.min(1, "Name a table")
				.default("readings")
				.meta(meta({ title: "Table", placeholder: "readings", widget: "target", target: { kind: "table", within: "mode" } })),
			mode: z
				.enum(["append", "upsert"])
				.default("append")
				.meta(meta({ title: "Mode" })),
			keyColumns: z
				.array(z.string())
				.max(2, "Choose two at most")
				.default([])
				.meta(meta({ title: "Key", widget: "fields", showIf: { field: "mode", is: ["upsert"] } })),
		}),
		cardSummary: (config) => `public.${(config as { table: string }).table} · ${(config as { mode: string }).mode}`,
	}),
	kind({
		kind: "s3-sink",
		role: "sink",
		category: "sink",
		title: "S3 (Parquet)",
		summary: "Writes files to a bucket",
		tags: ["bucket", "object store"],
		config: z.strictObject({
			path: z
				.string()
				.default("s3://quarantine/%Y/%m")
				.meta(meta({ title: "Path" })),
		}),
		cardSummary: (config) => (config as { path: string }).path,
	}),
];
