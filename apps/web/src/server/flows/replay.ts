import { WeirError } from "@weir/errors";
import { canonicalJson, type Flow, flowAside, parseConfig } from "@weir/flow";
import type { Catalogue, NodeDefinition } from "@weir/node-kit";
import type { Plan, PlanLimits } from "@weir/planner";
import { countRange, type Log, sourceRange } from "@weir/runtime";
import type { ReplayPreview, RewindPreview } from "../api/contract/index.ts";
import { labelIn, prepare, toProblem } from "./preview.ts";
import { wantedEndpoints } from "./wanted-endpoints.ts";

export type ReplayLog = Pick<Log, "at" | "compare" | "heldFrom" | "read" | "state" | "tail">;

/** What a replay would run. */
export interface PreparedReplay {
	/** There when no problem is an error. */
	readonly plan: Plan | undefined;
	readonly problems: ReplayPreview["problems"];
	readonly outputs: ReplayPreview["outputs"];
}

/** Of how many partitions a plan is, as of what runs. */
export interface PlanShape {
	/** Behind each regrouping of records; undefined: as many as is usual. */
	readonly partitions: number | undefined;
	/** Of each generation of the sources' streams. */
	readonly streams: PlanLimits["streams"];
}

/** A flow whose sinks write to places of their own, named after the replay, so that nothing live is touched. */
export function prepareReplay(flow: Flow, catalogue: Catalogue, replay: number, shape: PlanShape): PreparedReplay {
	const aside = flowAside(flow, catalogue, replay);
	const outputs = aside.outputs.map(({ node, target }) => ({ nodeId: node.id, label: labelIn(catalogue, node), target }));
	const homeless = aside.homeless.map((node) => ({
		code: "replay-no-place",
		severity: "error" as const,
		message: `${labelIn(catalogue, node)} has no place of its own for a replay to write to. Take it out of the draft, and replay that.`,
		nodeId: node.id,
	}));
	const { plan, resolution } = prepare(aside.flow, catalogue, shape.partitions, shape.streams);
	const problems = [...resolution.problems.filter(({ severity }) => severity === "error").map(toProblem), ...homeless];
	return { plan: problems.length > 0 ? undefined : plan, problems, outputs };
}

/**
 * A draft that runs beside the version that runs and then takes over from it. Both write at once, so each needs places of its own; and doors take
 * in records in one way only.
 */
export function prepareBackfill(live: Flow, draft: Flow, catalogue: Catalogue, shape: PlanShape): PreparedReplay {
	const taken = new Set(sinkPlaces(live, catalogue).map(({ key }) => key));
	const places = sinkPlaces(draft, catalogue);
	const errors: ReplayPreview["problems"] = [];
	for (const { node, key, name } of places) {
		if (!taken.has(key)) continue;
		const message = `${labelIn(catalogue, node)} writes to ${name}, as the version that runs does, and both would write at once. Give it another table.`;
		errors.push({ code: "backfill-same-place", severity: "error", message, nodeId: node.id });
	}
	const doors = new Map(wantedEndpoints(live, catalogue).map((door) => [door.node, canonicalJson(door.settings)]));
	for (const door of wantedEndpoints(draft, catalogue)) {
		const before = doors.get(door.node);
		if (before === undefined || before === canonicalJson(door.settings)) continue;
		const node = draft.nodes.find(({ id }) => id === door.node);
		const label = node === undefined ? door.node : labelIn(catalogue, node);
		const message = `${label} takes in records otherwise than the version that runs. Deploy that change first, and then this one.`;
		errors.push({ code: "backfill-other-door", severity: "error", message, nodeId: door.node });
	}
	const { plan, resolution } = prepare(draft, catalogue, shape.partitions, shape.streams);
	const problems = [...resolution.problems.filter(({ severity }) => severity === "error").map(toProblem), ...errors];
	const outputs = places.map(({ node, name }) => ({ nodeId: node.id, label: labelIn(catalogue, node), target: name }));
	return { plan: problems.length > 0 ? undefined : plan, problems, outputs };
}

/** Where the sinks of a flow write outside; those that write into lists of their own job are left out. */
function sinkPlaces(
	flow: Flow,
	catalogue: Catalogue,
): readonly { readonly node: Flow["nodes"][number]; readonly key: string; readonly name: string }[] {
	return flow.nodes.flatMap((node) => {
		const definition = catalogue.get(node.kind);
		const config = definition?.role === "sink" ? parseConfig(node, definition).config : undefined;
		if (definition === undefined || config === undefined || isOwnList(definition)) return [];
		// A sink that does not say where it writes may write anywhere that another of its kind does.
		const { key, name } = definition.writesTo?.(config) ?? { key: "", name: "a place that it does not tell" };
		return [{ node, key: `${node.kind} ${key}`, name }];
	});
}

function isOwnList({ commitsIn, connection }: NodeDefinition): boolean {
	return commitsIn === "log" && connection === undefined;
}

interface Range {
	readonly tenant: string;
	readonly plan: Plan;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
	readonly fromMs: number;
	readonly toMs: number;
}

/** So much is read to say how many records a range has: enough to count a small one, and bounded for a large one. */
const COUNTED_BYTES = 16_000_000;

/** How much lies in a range, and whether the log still holds it. */
export async function measureRange(
	log: ReplayLog,
	range: Range,
): Promise<Pick<ReplayPreview, "from" | "to" | "records" | "isCounted" | "heldFrom" | "refused">> {
	const { fromMs, toMs } = range;
	const { places, heldFromMs } = await sourceRange(log, range);
	const counted = await countRange(log, places, { bytesEach: COUNTED_BYTES / Math.max(1, places.length), toMs });
	const refused = refusalOf(range, places.length, heldFromMs);
	return { from: fromMs, to: toMs, ...counted, heldFrom: heldFromMs, ...(refused === undefined ? {} : { refused }) };
}

function refusalOf({ fromMs, toMs }: Range, places: number, heldFromMs: number | undefined): string | undefined {
	if (!(toMs > fromMs)) return "The range must end after it begins.";
	if (places === 0) return "The flow has no source whose records the log holds.";
	if (heldFromMs === undefined || heldFromMs <= fromMs) return undefined;
	return `The log holds this flow's records from ${new Date(heldFromMs).toISOString()} on; what came before is forgotten. Begin there or later.`;
}

/** What a rewind would do to each sink and each node, in words. */
export function rewindConsequences(flow: Flow, plan: Plan, catalogue: Catalogue): Pick<RewindPreview, "sinks" | "resets" | "notes"> {
	const sinks: RewindPreview["sinks"] = [];
	const labels = new Map(flow.nodes.map((node) => [node.id, labelIn(catalogue, node)]));
	for (const node of flow.nodes) {
		const definition = catalogue.get(node.kind);
		if (definition?.role !== "sink") continue;
		const { config } = parseConfig(node, definition);
		const again = config === undefined ? undefined : definition.again?.(config);
		const { isHarmless, sentence } = again ?? { isHarmless: false, sentence: "It gets each row a second time." };
		sinks.push({ nodeId: node.id, label: labels.get(node.id) ?? node.id, isHarmless, sentence });
	}
	const keepers = plan.stages.flatMap((stage) => stage.nodes).filter((node) => node.stateSchema !== undefined);
	const resets = keepers.map(({ id, kind }) => ({
		nodeId: id,
		label: labels.get(id) ?? id,
		holds: catalogue.get(kind)?.holds ?? "what it remembers",
	}));
	const notes = [
		"The version that runs stops at its next commit; the flow then reads on from the chosen time, and reaches today by itself.",
	];
	if (resets.length > 0) {
		notes.push(
			"What is summed up over time is summed up from there on only: a window that had begun before comes out smaller, and replaces the whole one where a sink replaces. Begin at the start of a window, or earlier.",
		);
	}
	return { sinks, resets, notes };
}

/** Throws for a range that cannot be read. */
export function refuseRange(refused: string | undefined, heldFrom: number | undefined, fromMs: number): void {
	if (refused === undefined) return;
	throw new WeirError(heldFrom !== undefined && heldFrom > fromMs ? "RANGE_FORGOTTEN" : "REQUEST_INVALID", refused);
}
