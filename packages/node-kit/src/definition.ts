import type { Problem } from "@weir/errors";
import type { RecordSchema } from "@weir/records";
import type * as z from "zod";

export type NodeRole = "source" | "transform" | "sink";
export type NodeCategory = "source" | "transform" | "stateful" | "ml" | "control" | "sink";
export type NodeStatus = "experimental" | "stable" | "deprecated";

/** A named way in or out of a node. `late`, `duplicate`, `rejected` are ports, not errors. */
export interface Port {
	readonly name: string;
	/** One sentence for the port's tooltip. */
	readonly summary: string;
	/** Records here left the main path (drawn dotted); leaving it unconnected is fine: they are counted. */
	readonly side?: true;
}

/** Another field and the values with which a field is of use: one of `is`, or none of `isNot`. */
export type ShowIf = { readonly field: string } & (
	| { readonly is: readonly (string | number | boolean)[] }
	| { readonly isNot: readonly (string | number | boolean)[] }
);

/** How a widget of the form shows a config field; put on the zod field with `.meta({...})`. */
export interface FieldMeta {
	readonly title: string;
	readonly help?: string;
	/** Shown behind the input: "ms", "records". Durations and sizes use their widget instead. */
	readonly unit?: string;
	readonly advanced?: boolean;
	readonly secret?: boolean;
	readonly placeholder?: string;
	/** The field counts, and is shown, only while a field beside it (of the node, or of the same item of a list) has a certain value. Hidden, it keeps its value. */
	readonly showIf?: ShowIf;
	/** Of the widget `target`: the kind of thing that is suggested while typing, and the field beside it that says where it stands (a schema). */
	readonly target?: { readonly kind: string; readonly within?: string };
	/** Of a node with several inputs: the one whose fields are offered; absent: the first. */
	readonly input?: string;
	/**
	 * Absent: chosen from the type (string → text, number → number, boolean → switch, enum → select).
	 * - `duration` a number of ms typed as "30 s", "10 min" · `bytes`
	 * - `expression` SQL condition or value, checked against the input schema
	 * - `field` one field of the input · `fields` several, ordered
	 * - `schema` list of {name, type}, learnt from samples or typed
	 * - `topic` MQTT topic filter
	 * - `connection` id of a connection of the node's connection type
	 * - `target` name of something in the system of the node's connection: a table, a topic; see `target`
	 * - `list` array of objects, each drawn by its own meta
	 * - `key-value`
	 */
	readonly widget?:
		| "text"
		| "number"
		| "switch"
		| "select"
		| "duration"
		| "bytes"
		| "expression"
		| "field"
		| "fields"
		| "schema"
		| "topic"
		| "connection"
		| "target"
		| "list"
		| "key-value";
}

/**
 * What must be processed together.
 * - `any`: rows may be split anyhow, and the node keeps the order and the key it was given
 * - `by-key`: rows with equal values of `fields` must meet in one task. A node with several inputs names in `otherInputs` the fields of the
 *   inputs behind the first, in the order of `fields`: rows of all inputs whose values are equal meet
 * - `single`: all rows must meet in one task
 */
export type Partitioning =
	| { readonly kind: "any" }
	| { readonly kind: "by-key"; readonly fields: readonly string[]; readonly otherInputs?: Readonly<Record<string, readonly string[]>> }
	| { readonly kind: "single" };

export interface Delivery {
	readonly guarantee: "at-most-once" | "at-least-once" | "effectively-once";
	/** What it needs from its neighbours, one sentence; shown in the manual and on the node. */
	readonly needs?: string;
}

/** Schema per output port; a port left out has the input's schema. Problems name the config path. */
export interface OutputSchemas {
	readonly schemas: Readonly<Record<string, RecordSchema>>;
	readonly problems: readonly NodeProblem[];
}

/** Schema per input port, of those that are connected. */
export type InputSchemas = Readonly<Record<string, RecordSchema>>;

/** A problem of one node, before the flow adds the node's id. */
export type NodeProblem = Omit<Problem, "nodeId" | "edgeId">;

/** Door a source is fed through; the source's endpoint is made with the node. */
export interface SourceDoor<Config> {
	readonly protocol: "http" | "mqtt";
	/** What the gateway must know of this source, from its config. */
	settings(config: Config): EndpointSettings;
}

export interface EndpointSettings {
	readonly format: "json" | "senml";
	/** Field whose value is the record key; absent: the device that posted. */
	readonly keyField?: string;
	/** Field whose value makes a repeat harmless. */
	readonly messageIdField?: string;
	/** MQTT only: topic filter relative to the tenant. */
	readonly topicFilter?: string;
	readonly maxRecordBytes: number;
	/** HTTP only: accept `?token=`. */
	readonly allowQueryToken?: boolean;
}

/** How a source's bytes become rows, from its config. */
export interface SourceReading {
	readonly format: "json" | "senml";
	readonly schema: RecordSchema;
	/** Field that carries event time; absent: the time of receipt. */
	readonly eventTimeField?: string;
	/** A record without event time counts from the time of receipt, or is set aside (default). */
	readonly missingEventTime?: "receipt" | "reject";
	/** Field that is the record key; absent: the device that posted. */
	readonly keyField?: string;
	/** Bounded disorder: the watermark trails the greatest event time by this. */
	readonly maxDisorderMs: number;
	/** A partition silent for this long no longer holds the watermark. */
	readonly idleAfterMs: number;
	/** Records whose event time is further than this ahead of the time of receipt are set aside. */
	readonly maxFutureMs: number;
}

/**
 * What a node type is. Runs in the browser, the planner and the worker alike.
 * MUST be pure: no clock, no network, no environment.
 */
export interface NodeDefinition<Config = unknown> {
	/** Equals the folder's name; saved in flows for ever. */
	readonly kind: string;
	/** Counts shapes of config; every step has a migration. */
	readonly version: number;
	/** `migrations[n]` turns a config of version n into version n + 1. */
	readonly migrations: Readonly<Record<number, (config: unknown) => unknown>>;
	readonly role: NodeRole;
	readonly category: NodeCategory;
	readonly title: string;
	/** One line in the palette. */
	readonly summary: string;
	/** Other words people search for. */
	readonly tags: readonly string[];
	readonly status: NodeStatus;
	readonly inputs: readonly Port[];
	/** Outputs that it has whatever its config says. */
	readonly outputs: readonly Port[];
	/** All its outputs, where they depend on the config. Is given the config as saved, which may be half filled in. */
	outputsOf?(config: Readonly<Record<string, unknown>>): readonly Port[];
	/** Several edges into one input: only the fields that all of them have go on (`shared`, the default), or all fields, null where a branch lacks one. */
	readonly gathers?: "shared" | "all";
	/** A zod object; each field has `.meta(FieldMeta)` and, where it can, a default. */
	readonly config: z.ZodType<Config>;
	/** Type of connection it needs, e.g. `postgres`. The secret never enters the flow. */
	readonly connection?: string;
	partitioning(config: Config): Partitioning;
	readonly delivery: Delivery;
	/** Types flow along edges: `input` is the schema at the first input port, undefined for a source or while unconnected; `inputs` has all. */
	outputSchema(config: Config, input: RecordSchema | undefined, inputs?: InputSchemas): OutputSchemas;
	/** Cross-field problems, each with its path. */
	lint(config: Config, input: RecordSchema | undefined, inputs?: InputSchemas): readonly NodeProblem[];
	/** Second line of the card: "key device + seq · 10 min". */
	cardSummary(config: Config): string;
	/** Sources only. */
	readonly door?: SourceDoor<Config>;
	/** Sources only: how bytes become rows. */
	reading?(config: Config): SourceReading;
	/**
	 * Sinks only: where output and checkpoint are committed together. `log`: our own log's script; `connection`: the transaction of the node's
	 * connection. `log` with a `connection`: output goes to that system in two steps, around a commit in the log (`OutsideMedium`).
	 */
	readonly commitsIn?: "log" | "connection";
	/** Sinks only: the config with which a replay writes to a place of its own, named after a number, and what that place is called. Absent: the sink has no such place. */
	aside?(config: Config, replay: number): { readonly config: Config; readonly target: string };
	/** Sinks that write outside: where. Two versions that run at once MUST NOT write to places with the same key. */
	writesTo?(config: Config): { readonly key: string; readonly name: string };
	/** Sinks only: what becomes of rows that are there already when the same records are read again; a whole sentence. */
	again?(config: Config): { readonly isHarmless: boolean; readonly sentence: string };
	/** Input fields the node reads; undefined = all, as for a node with several inputs. The reader decodes only what a stage needs. */
	fieldsRead?(config: Config, input: RecordSchema): readonly string[] | undefined;
	/** Input fields that leave the node under the same name with the same value; absent or undefined = all that the output has. The planner avoids regrouping where the partition key is kept. */
	keeps?(config: Config, input: RecordSchema): readonly string[] | undefined;
	/**
	 * Names the form of what the operator keeps: the config and the input fields that its snapshot cannot be read without, and nothing else.
	 * A new version of a flow takes over a node's snapshot exactly where this text is the same. Put a number in front and raise it when the
	 * form of the snapshot changes. Absent: any change of the config counts as another form.
	 */
	stateSchema?(config: Config, input: RecordSchema, inputs?: InputSchemas): string;
	/** What the operator keeps, as said in "… are lost": "open windows". */
	readonly holds?: string;
}

/** Types the config from the schema and checks the shape at compile time. */
export function defineNode<Config>(definition: NodeDefinition<Config>): NodeDefinition<Config> {
	return Object.freeze(definition);
}

/** The outputs that a node has with this config. */
export function outputPorts(definition: Pick<NodeDefinition, "outputs" | "outputsOf">, config: unknown): readonly Port[] {
	if (definition.outputsOf === undefined) return definition.outputs;
	return definition.outputsOf(typeof config === "object" && config !== null ? (config as Readonly<Record<string, unknown>>) : {});
}

/** All definitions by kind: what canvas, flow checks and planner are handed. */
export type Catalogue = ReadonlyMap<string, NodeDefinition>;
