import type { RecordSchema, Row } from "@weir/records";
import * as z from "zod";
import type { InputSchemas } from "../definition.ts";

const rowSchema = z.record(z.string(), z.json());
const timeSchema = z.union([z.number(), z.literal("end"), z.iso.datetime()]);

const stepSchema = z.union([
	/** Rows as the node before would hand them on, at the first input or at `port`. Times may be ISO texts. */
	z.strictObject({ records: z.array(rowSchema), port: z.string().optional() }),
	/** Sources: bodies of records as a device sends them, read as one entry of the log. */
	z.strictObject({ payloads: z.array(z.string()), receivedAt: timeSchema }),
	/** Event time has passed this point; "end" = the stream has ended. */
	z.strictObject({ watermark: timeSchema }),
]);

const caseSchema = z.strictObject({
	title: z.string(),
	config: z.record(z.string(), z.unknown()),
	/** Not for sources. */
	input: z.strictObject({ fields: z.array(z.strictObject({ name: z.string(), type: z.string() })) }).optional(),
	/** Of a node with several inputs, instead of `input`. */
	inputs: z.record(z.string(), z.strictObject({ fields: z.array(z.strictObject({ name: z.string(), type: z.string() })) })).optional(),
	/** Field of the input that is the event time; absent: 0. */
	eventTime: z.string().optional(),
	/** Field of the input that is the record key. */
	key: z.string().optional(),
	steps: z.array(stepSchema).min(1),
	/** Everything that comes out, per port, in order. Sinks: what they wrote, on the port `written`. */
	expect: z.array(z.strictObject({ port: z.string(), records: z.array(rowSchema), eventTimes: z.array(timeSchema).optional() })),
	counts: z.record(z.string(), z.int()).optional(),
	rejects: z.array(z.strictObject({ code: z.string(), reason: z.string() })).optional(),
});

/** `cases.json` of a node type: worked examples that are its test, its manual page and its preview. */
export const casesSchema = z.array(caseSchema).min(1);

export type NodeCase = z.infer<typeof caseSchema>;
export type CaseStep = z.infer<typeof stepSchema>;

/** What a case gave, in the shape of its `expect`, `counts` and `rejects`. */
export interface CaseOutcome {
	readonly ports: Readonly<Record<string, readonly Row[]>>;
	readonly eventTimes: Readonly<Record<string, readonly number[]>>;
	readonly counts: Readonly<Record<string, number>>;
	readonly rejects: readonly { readonly code: string; readonly reason: string }[];
}

export function momentOf(time: z.infer<typeof timeSchema>): number {
	if (time === "end") return Number.POSITIVE_INFINITY;
	return typeof time === "number" ? time : Date.parse(time);
}

/** The schema at an input, or at the first one; the types are checked by whoever builds batches from it. */
export function inputOf(nodeCase: NodeCase, port?: string): RecordSchema {
	const { input, inputs = {} } = nodeCase;
	const schema = port === undefined ? (input ?? Object.values(inputs)[0]) : inputs[port];
	return { fields: (schema?.fields ?? []) as RecordSchema["fields"] };
}

/** The schema at each input; undefined for a case of a node with one. */
export function inputsOf(nodeCase: NodeCase): InputSchemas | undefined {
	const { inputs } = nodeCase;
	return inputs && Object.fromEntries(Object.keys(inputs).map((port) => [port, inputOf(nodeCase, port)]));
}
