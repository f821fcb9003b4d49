import { checkExpression } from "@weir/node-kit";
import * as z from "zod";
import { kind, meta } from "./kind.ts";

const LATE = { name: "late", summary: "Records that came too late.", side: true } as const;

const REST = { name: "rest", summary: "Records of no way.", side: true } as const;

function waysOf(config: unknown): readonly string[] {
	const { ways } = config as { ways?: readonly { name?: string }[] };
	return (ways ?? []).map(({ name }, i) => name || `way-${i + 1}`);
}

export const TRANSFORMS = [
	kind({
		kind: "switch",
		role: "transform",
		category: "control",
		title: "Switch",
		summary: "Sends records several ways",
		outputs: [REST],
		outputsOf: (config) => [...waysOf(config).map((name) => ({ name, summary: `Records of ${name}.` })), REST],
		outputSchema: (config, input) => ({
			schemas: input === undefined ? {} : Object.fromEntries([...waysOf(config), REST.name].map((name) => [name, input])),
			problems: [],
		}),
		config: z.strictObject({
			ways: z
				.array(
					z.strictObject({
						name: z
							.string()
							.default("")
							.meta(meta({ title: "Name" })),
					}),
				)
				.default([])
				.meta(meta({ title: "Ways", widget: "list" })),
		}),
	}),
	kind({
		kind: "pair",
		role: "transform",
		category: "stateful",
		title: "Pair",
		summary: "Puts records of two streams together",
		inputs: [
			{ name: "left", summary: "Left records." },
			{ name: "right", summary: "Right records." },
		],
		config: z.strictObject({
			leftKey: z
				.string()
				.default("")
				.meta(meta({ title: "Left key", widget: "field", input: "left" })),
			rightKey: z
				.string()
				.default("")
				.meta(meta({ title: "Right key", widget: "field", input: "right" })),
		}),
	}),
	kind({
		kind: "filter",
		role: "transform",
		category: "transform",
		title: "Filter",
		summary: "Keeps records that meet a condition",
		tags: ["where", "condition"],
		config: z.strictObject({
			condition: z
				.string()
				.default("")
				.meta(meta({ title: "Condition", widget: "expression", placeholder: "temp > 20" })),
		}),
		lint(config, input) {
			const { condition } = config as { condition: string };
			if (condition.trim() === "")
				return [{ code: "field-required", severity: "error", path: "condition", message: "Write a condition, for example temp > 20." }];
			return checkExpression(condition, input, "condition", "boolean").problems;
		},
		cardSummary: (config) => (config as { condition: string }).condition || "no condition yet",
	}),
	kind({
		kind: "map",
		role: "transform",
		category: "transform",
		title: "Map fields",
		summary: "Chooses, renames and computes fields",
		tags: ["select", "rename", "compute"],
		config: z.strictObject({
			fields: z
				.array(
					z.strictObject({
						name: z
							.string()
							.min(1)
							.meta(meta({ title: "Name" })),
						value: z
							.string()
							.min(1)
							.meta(meta({ title: "Value", widget: "expression" })),
					}),
				)
				.default([])
				.meta(meta({ title: "Computed fields", widget: "list" })),
			tags: z
				.record(z.string(), z.string())
				.default({})
				.meta(meta({ title: "Tags", widget: "key-value", advanced: true })),
		}),
	}),
	kind({
		kind: "window",
		role: "transform",
		category: "stateful",
		title: "Window",
		summary: "Sums up stretches of time",
		tags: ["tumbling", "average", "count"],
		outputs: [{ name: "out", summary: "One record per window." }, LATE],
		config: z.strictObject({
			sizeMs: z
				.int()
				.min(1)
				.default(60_000)
				.meta(meta({ title: "Length", widget: "duration" })),
			field: z
				.string()
				.default("")
				.meta(meta({ title: "Field", widget: "field", help: "A number to sum up." })),
			latenessMs: z
				.int()
				.min(0)
				.default(30_000)
				.meta(meta({ title: "Allowed lateness", widget: "duration", advanced: true })),
		}),
		lint(config, input) {
			const { field } = config as { field: string };
			if (input === undefined || field === "") return [];
			if (input.fields.some((known) => known.name === field && (known.type === "number" || known.type === "integer"))) return [];
			return [
				{
					code: "field-type",
					severity: "error",
					path: "field",
					message: `Window expects a numeric field ${field}; what arrives has none.`,
				},
			];
		},
		cardSummary: (config) => `tumbling · lateness ${(config as { latenessMs: number }).latenessMs / 1_000} s`,
	}),
	kind({
		kind: "dedup",
		role: "transform",
		category: "stateful",
		title: "Dedup",
		summary: "Drops records seen before",
		tags: ["duplicate", "unique", "distinct"],
		outputs: [
			{ name: "out", summary: "Records seen for the first time." },
			{ name: "duplicate", summary: "Records seen before.", side: true },
		],
		config: z.strictObject({
			key: z
				.array(z.string())
				.default(["device", "seq"])
				.meta(meta({ title: "Same when equal in", widget: "fields" })),
			horizonMs: z
				.int()
				.min(1)
				.default(600_000)
				.meta(meta({ title: "Remember for", widget: "duration" })),
			keepFirst: z
				.boolean()
				.default(true)
				.meta(meta({ title: "Keep the first", advanced: true })),
		}),
		cardSummary: (config) => `key ${(config as { key: readonly string[] }).key.join("+")} · 10 min`,
	}),
	kind({
		kind: "onnx",
		role: "transform",
		category: "ml",
		title: "ONNX model",
		summary: "Scores records with a model",
		tags: ["machine learning", "inference"],
		status: "experimental",
		config: z.strictObject({
			model: z
				.enum(["tamper-v4.onnx", "tamper-v3.onnx"])
				.default("tamper-v4.onnx")
				.meta(meta({ title: "Model" })),
			threshold: z
				.number()
				.min(0, "Must be between 0 and 1")
				.max(1, "Must be between 0 and 1")
				.default(0.9)
				.meta(meta({ title: "Score threshold" })),
			batchSize: z
				.int()
				.min(1)
				.max(1_024)
				.default(32)
				.meta(meta({ title: "Batch size", help: "Larger batches raise throughput and latency." })),
		}),
		cardSummary: (config) => `${(config as { model: string }).model} · p95 3.1 ms`,
	}),
	kind({
		kind: "route",
		role: "transform",
		category: "control",
		title: "Route",
		summary: "Sends records down one of two ways",
		tags: ["switch", "branch", "if"],
		config: z.strictObject({
			when: z
				.string()
				.default("")
				.meta(meta({ title: "First way when", widget: "expression" })),
		}),
		cardSummary: () => "score ≥ 0.9 · else",
	}),
];
