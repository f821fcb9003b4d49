import type { Problem } from "@weir/errors";
import type { Flow, FlowNode, ValueText } from "@weir/flow";
import type { Catalogue, NodeDefinition } from "@weir/node-kit";
import type { Field, RecordSchema } from "@weir/records";
import type { ComponentType, ReactNode } from "react";

/** SVG text of a kind's icon, drawn in `currentColor`. */
export type NodeIcons = Readonly<Record<string, string>>;

/** A draft as the server has it. */
export interface SavedDraft {
	readonly rev: number;
	readonly layoutRev: number;
	readonly flow: Flow;
	/** Milliseconds since 1970 UTC; absent: never saved. */
	readonly savedAt?: number | undefined;
}

export interface SaveRequest {
	readonly baseRev: number;
	readonly baseLayoutRev: number;
	readonly flow: Flow;
	/** The page is going away: the request must outlive it. */
	readonly keepalive: boolean;
}

export type SaveOutcome =
	| { readonly kind: "saved"; readonly rev: number; readonly layoutRev: number; readonly savedAt: number }
	/** Somebody else saved in between; theirs is handed back to be merged. */
	| { readonly kind: "conflict"; readonly theirs: SavedDraft }
	/** The server will not take it, and asking again is no use. `message` is a whole sentence. */
	| { readonly kind: "refused"; readonly message: string };

/** Where drafts are kept. MUST reject when the server cannot be reached: the editor then keeps the work on the device and tries again. */
export interface DraftPort {
	save(request: SaveRequest): Promise<SaveOutcome>;
	/** Keeps `flow` as a flow of its own; offered when a conflict cannot be merged. */
	saveAsCopy?(flow: Flow): Promise<void>;
}

export type LiveState = "ok" | "warn" | "failing" | "paused" | "starting" | "draft";

export interface NodeLive {
	readonly inPerSecond?: number | undefined;
	readonly outPerSecond?: number | undefined;
	readonly state: LiveState;
	/** Why it is not ok: "AccessDenied · 1,204 dead letters". Shown on the card. */
	readonly reason?: string | undefined;
	readonly totals?: Readonly<Record<string, number>> | undefined;
	readonly p50Ms?: number | undefined;
	readonly p95Ms?: number | undefined;
	readonly lagRecords?: number | undefined;
	readonly watermarkDelayMs?: number | undefined;
	/** Memory that it holds between records; absent: it keeps nothing, or nobody knows. */
	readonly heldBytes?: number | undefined;
	/** What that grew by a second, lately. */
	readonly heldGrowth?: number | undefined;
	/** How full the worker is of what the flow may hold in it, 0 to 1. */
	readonly heldFill?: number | undefined;
}

export interface EdgeLive {
	readonly perSecond?: number | undefined;
	/** How full the queue of this edge is, 0 to 1. */
	readonly fill?: number | undefined;
	readonly total?: number | undefined;
	readonly secondsToFull?: number | undefined;
}

/** Everything that is known of a running flow at one moment. An id that is missing is unknown, never 0. */
export interface LiveFrame {
	/** Milliseconds since 1970 UTC. */
	readonly at: number;
	readonly nodes: Readonly<Record<string, NodeLive>>;
	readonly edges: Readonly<Record<string, EdgeLive>>;
}

/** Live numbers, about one frame a second. */
export interface LivePort {
	/** Returns how to stop. */
	subscribe(listener: (frame: LiveFrame) => void): () => void;
}

export interface TapTarget {
	readonly kind: "node" | "edge";
	readonly id: string;
}

export interface TapRow {
	readonly id: string;
	readonly at: number;
	readonly key: string;
	readonly sizeBytes: number;
	/** JSON text of the record. */
	readonly value: string;
	/** For a transform: before or after it. */
	readonly side?: "in" | "out" | undefined;
}

export interface TapFrame {
	readonly rows: readonly TapRow[];
	/** How many records passed since the frame before; rows are a sample of them. */
	readonly seen: number;
}

/** Samples of the records at a node or edge. One tap is open at a time; it closes with the panel and when the tab is hidden. */
export interface TapPort {
	open(target: TapTarget, listener: (frame: TapFrame) => void): () => void;
}

/** What a source received last: forms learn fields from it. */
export interface SourceSample {
	readonly fields: readonly Field[];
	/** JSON text of the newest records. */
	readonly records: readonly string[];
}

/** Topics that devices published to in the last day. */
export interface TopicMatches {
	/** Those that the filter takes. */
	readonly topics: number;
	/** All of them. */
	readonly seen: number;
}

export interface SamplePort {
	ofSource(nodeId: string): Promise<SourceSample>;
	/** Field values of the newest record that a source took in, as text; empty while there is none. */
	lastSeen?(nodeId: string): Promise<Readonly<Record<string, string>>>;
	/** How many topics a filter takes, of those that were published to in the last day. Absent, or it rejects: nobody knows. */
	topicMatches?(filter: string): Promise<TopicMatches>;
}

export interface ConnectionChoice {
	readonly id: string;
	readonly name: string;
	/** `postgres`, `kafka`, …: matches `NodeDefinition.connection`. */
	readonly type: string;
	readonly state: "ok" | "failing" | "unknown";
}

/** What stands in the outside system of a connection. */
export interface TargetPort {
	/**
	 * Names of this kind in the system, for suggestions while typing; `within` is where they stand, absent: in the connection's own first place.
	 * `connection` is absent for the built-in one. Rejects, or is empty, when nobody can say.
	 */
	namesOf(
		connection: string | undefined,
		connectionType: string | undefined,
		kind: string,
		within: string | undefined,
	): Promise<readonly string[]>;
}

export interface FlowTemplate {
	readonly id: string;
	readonly title: string;
	readonly summary: string;
	/** What it needs, one sentence. */
	readonly needs: string;
	readonly flow: Flow;
}

/** What a deploy would do; drawn by the deploy dialog. */
export interface DeployPreview {
	readonly problems: readonly Problem[];
	readonly changes: readonly DeployChange[];
	/** How it will run; empty while a problem is in the way. */
	readonly plan: readonly PlanStage[];
	readonly nodes: readonly DeployNodeState[];
	/** What becomes of records that are on their way, one sentence. Absent when nothing runs. */
	readonly inFlight?: string | undefined;
	/** Partitions behind each regrouping of records; absent: they cannot be chosen. */
	readonly partitions?: number | undefined;
}

export interface DeployChange {
	readonly kind: "added" | "removed" | "changed" | "moved";
	/** The node or line, as people call it. */
	readonly what: string;
	readonly nodeId?: string | undefined;
	/** Of a changed node: its settings in the words of its form. */
	readonly fields?: readonly ChangeOfField[] | undefined;
}

/** A setting as it was and as it will be; undefined: nothing is set. */
export interface ChangeOfField {
	readonly label: string;
	readonly before?: ValueText | undefined;
	readonly after?: ValueText | undefined;
}

/** Where a stage gets its records from. */
export type PlanFeed =
	| { readonly kind: "source"; readonly node: string; readonly partitions: number }
	| {
			readonly kind: "stage";
			/** The stage that writes them, and its node that they leave from. */
			readonly stage: string;
			readonly from: string;
			readonly to: string;
			/** "regrouped by room". */
			readonly how: string;
			readonly partitions: number;
	  };

/** Nodes that run together, as the planner explains them. */
export interface PlanStage {
	readonly id: string;
	/** In the order in which records pass them. */
	readonly nodes: readonly { readonly id: string; readonly kind: string; readonly keepsState: boolean }[];
	/** It runs as so many tasks. */
	readonly partitions: number;
	readonly feeds: readonly PlanFeed[];
	/** Why it is cut as it is, in sentences. */
	readonly because: readonly string[];
	/** What is committed together, one sentence. */
	readonly commit: string;
	readonly sinks: readonly {
		readonly node: string;
		readonly guarantee: "at-most-once" | "at-least-once" | "effectively-once";
		readonly needs?: string | undefined;
	}[];
}

export interface DeployNodeState {
	readonly nodeId: string;
	readonly label: string;
	readonly state: "new" | "kept" | "migrated" | "reset";
	/** What is lost or carried over, one sentence. */
	readonly note?: string | undefined;
	/** It could go on with what it holds; a person may want it to begin empty instead. */
	readonly mayStartFresh?: boolean | undefined;
}

export type DeployStep = "validating" | "draining" | "starting" | "live";

export interface DeployPort {
	/** What the chip in the header says: "Draft", "Live v12", "Deploying…", "Failed". */
	readonly chip: { readonly text: string; readonly tone: "idle" | "ok" | "warn" | "error" | "accent" };
	/** Changes of the saved draft that are not live; undefined while unknown. */
	readonly undeployedChanges: number | undefined;
	/** Called after the draft was saved, so that it speaks of what is on the screen. `partitions`: behind each regrouping; absent: as they are. */
	preview(partitions?: number): Promise<DeployPreview>;
	/** `fresh` are the nodes that are to begin empty. Resolves when live, rejects with a sentence when it failed and was rolled back. */
	deploy(note: string, onStep: (step: DeployStep) => void, fresh: readonly string[], partitions?: number): Promise<void>;
	/** What ran before the last deploy of this page; offered for a while to go back to. */
	readonly versionBefore?: { readonly version: number; read(): Promise<Flow> } | undefined;
}

export interface EditorPermissions {
	readonly edit: boolean;
	readonly deploy: boolean;
	/** May see payloads: `data:read`. */
	readonly readData: boolean;
}

/** Props of a node's own form, for kinds whose form drawn from the schema is not good enough. */
export interface NodeEditorProps {
	readonly node: FlowNode;
	readonly definition: NodeDefinition;
	readonly input: RecordSchema | undefined;
	readonly problems: readonly Problem[];
	readonly disabled: boolean;
	setField(path: string, value: unknown): void;
}

export type NodeEditors = Readonly<Record<string, () => Promise<{ readonly default: ComponentType<NodeEditorProps> }>>>;

export interface FlowEditorProps {
	readonly flowId: string;
	/** Whose settings of the screen are remembered on this device. */
	readonly memberId: string;
	readonly catalogue: Catalogue;
	readonly icons: NodeIcons;
	readonly editors?: NodeEditors | undefined;
	/** The draft at opening; later changes of this prop are ignored. Give the component a `key` to open another. */
	readonly draft: SavedDraft;
	readonly drafts: DraftPort;
	readonly permissions: EditorPermissions;
	/** Why nothing can be changed here ("This is version 12, as it runs."); shown in a banner. */
	readonly readOnlyReason?: string | undefined;
	/** Address of `libpg-query.wasm`, with which expressions are checked; absent: where the package itself finds it. */
	readonly parserWasm?: string | undefined;
	readonly live?: LivePort | undefined;
	readonly taps?: TapPort | undefined;
	readonly samples?: SamplePort | undefined;
	readonly connections?: readonly ConnectionChoice[] | undefined;
	readonly onNewConnection?: ((type: string) => void) | undefined;
	readonly targets?: TargetPort | undefined;
	readonly templates?: readonly FlowTemplate[] | undefined;
	/** A template was put on the canvas to be tried with simulated data: save, deploy and simulate are the page's. */
	readonly onTryTemplate?: ((template: FlowTemplate) => void) | undefined;
	readonly deploy?: DeployPort | undefined;
	/** Left in the header: tenant, breadcrumb, the flow's name. */
	readonly headerStart?: ReactNode;
	/** In the header before the Deploy button. */
	readonly headerEnd?: ReactNode;
	/** Drawn above a node's form: the Connect panel of a source. */
	readonly nodeExtras?: ((node: FlowNode, definition: NodeDefinition) => ReactNode) | undefined;
	/** What the flow is called: names the file of an export. */
	readonly flowName?: string | undefined;
	/** Where the dead letters of a node are shown. */
	readonly deadLettersHref?: ((nodeId: string) => string) | undefined;
	/** Page of the manual for a kind. */
	readonly docsHref?: ((kind: string) => string) | undefined;
	/** Node that is selected at opening. */
	readonly opensAt?: string | undefined;
	/** Told each time the draft is saved. */
	readonly onSaved?: ((saved: SavedDraft) => void) | undefined;
}

/** The read-only live canvas of the overview page. */
export interface FlowViewProps {
	readonly flow: Flow;
	readonly catalogue: Catalogue;
	readonly icons: NodeIcons;
	readonly live?: LivePort | undefined;
	readonly selectedNodeId?: string | undefined;
	readonly onSelectNode?: ((nodeId: string | undefined) => void) | undefined;
	readonly label: string;
}
