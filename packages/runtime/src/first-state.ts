import { counterOf, exchangeCarriedCounter, gathersCounter } from "@weir/jobs";
import { formerPartitions, type Stage, type StageCarry } from "@weir/planner";
import type { Position } from "./ports.ts";
import { sourcePlaces } from "./source-places.ts";
import type { Ancestor, Inherited, Standing } from "./standing.ts";
import { unpackPart } from "./state-part.ts";
import { exchangeStream, placeKey } from "./task-name.ts";
import type { InputState } from "./task-state.ts";

export interface FirstStateParts {
	readonly job: Ancestor;
	readonly stage: Stage;
	readonly partition: number;
	readonly carry: StageCarry;
	/** How a task of the job before stands; undefined where it has none or cannot be read. */
	before(stage: string, partition: number): Promise<Standing | undefined>;
}

/** What a task of a new version begins with: the places, the event time and the states of the version before, as far as they go on. */
export async function firstState({ job, stage, partition, carry, before }: FirstStateParts): Promise<Standing> {
	const position: Record<string, string> = {};
	const inputs = new Map<string, InputState>();
	const told = new Map<string, number>();
	const parts: Uint8Array[] = [];
	const inherited: Inherited[] = [];
	const counters: Record<string, number> = {};
	// What goes on has seen so much of event time; the least of it holds for all.
	let watermark = Number.POSITIVE_INFINITY;
	const heed = (was: Standing) => {
		if (!was.state.isDone) watermark = Math.min(watermark, was.watermark);
	};
	const take = (was: Standing, place: string, isSameTime: boolean) => {
		Object.assign(position, entriesOf(was.position, place));
		const input = was.state.inputs.get(place);
		if (input === undefined) return;
		const goesOn = isSameTime && !was.state.isDone;
		const { greatest, producers } = input;
		const time = goesOn ? { greatest, producers } : { greatest: Number.NEGATIVE_INFINITY, producers: new Map() };
		inputs.set(place, { records: input.records, isIdle: goesOn && input.isIdle, isEnded: false, drainTo: undefined, ...time });
		if (goesOn) heed(was);
	};

	for (const { node, from, isSameTime, partitions, generations } of carry.sources) {
		const endpoint = job.endpoints[node];
		const input = stage.inputs.find((one) => one.type === "source" && one.node === node);
		if (endpoint === undefined || input?.type !== "source") continue;
		const hasGrown = generations < (input.earlier?.length ?? 0) + 1;
		// A stream only ever gets a multiple of its partitions: what a task has now, one task had before, with the keys of some others.
		const reader = hasGrown ? partition % partitions : partition;
		for (const place of sourcePlaces(job.tenant, endpoint, input, partition)) {
			if (place.generation > generations) continue;
			const was = await before(from, reader);
			if (was !== undefined) take(was, placeKey(place.stream, place.partition), isSameTime);
		}
	}
	for (const { exchange, from } of carry.exchanges) {
		const carried = job.carried?.exchanges[exchange];
		const was = await before(from, partition);
		if (carried === undefined) continue;
		if (was !== undefined) take(was, placeKey(exchangeStream(job.tenant, carried.job, exchange), partition), true);
		const rows = carried.rows[`${stage.id}/${partition}`] ?? 0;
		for (const input of stage.inputs) {
			if (input.type === "exchange" && input.exchange === exchange && rows > 0) counters[exchangeCarriedCounter(input.edge)] = rows;
		}
	}
	for (const { exchange, from } of carry.writes) {
		const said = job.carried?.exchanges[exchange] === undefined ? undefined : (await before(from, partition))?.state.told.get(exchange);
		if (said !== undefined) told.set(exchange, said);
	}
	for (const { node, from, respread } of carry.operators) {
		for (const former of respread === undefined ? [partition] : formerPartitions(respread, partition)) {
			const was = await before(from, former);
			if (was === undefined || was.state.isDone) continue;
			const held = was.parts.filter((part) => unpackPart(part).node === node);
			const inheritedBefore = was.inherited.filter((one) => one.node === node);
			if (held.length > 0 || inheritedBefore.length > 0) heed(was);
			if (respread === undefined) {
				parts.push(...held);
				inherited.push(...inheritedBefore);
			} else {
				const share = { spread: { ...respread.key, partitions: respread.now }, partition };
				if (held.length > 0) inherited.push({ node, parts: held, shares: [share] });
				inherited.push(...inheritedBefore.map((one) => ({ ...one, shares: [...one.shares, share] })));
			}
			if ((was.counters[counterOf(node, "aggregated")] ?? 0) > 0 || (was.counters[gathersCounter(node)] ?? 0) > 0) {
				counters[gathersCounter(node)] = 1;
			}
		}
	}
	return {
		position,
		watermark: watermark === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : watermark,
		counters,
		state: { parts: [], inputs, told, retried: 0, isDone: false },
		parts,
		inherited,
	};
}

/** The place, and how many records of its next entry are done. */
function entriesOf(position: Position, place: string): Position {
	return Object.fromEntries(Object.entries(position).filter(([key]) => key === place || key === `${place}+`));
}
