import { differing, edge, keep, node, type Shape, source, TARDY_MS, WINDOW_MS } from "./shape.ts";

/** A reading and a position of the device's valve belong together when the valve's is at most so much older or younger. */
const BEFORE_MS = 2_000;
const AFTER_MS = 1_000;
const LATENESS_MS = TARDY_MS.most + 4_000;

/** The readings that came in time with the positions of their valves, and alone where there is none; beside them those that came late. */
const TOGETHER = `
	select l.device, l.n, l.litres, v.n as valve, v.volts, case when v.n is null then l."at" else greatest(l."at", v."at") end as moment
	from (select * from once where not old and tardy = 0) l
	left join valves v on v.device = l.device and v."at" between l."at" - ${BEFORE_MS} and l."at" + ${AFTER_MS}`;
const LATE = 'select device, n, litres, null as valve, null as volts, "at" as moment from once where not old and tardy = 1';

/**
 * Two sources. Readings that come in time are joined with the positions of the device's valve (`pairs`, appended); those that come late go beside
 * the join into the same windows (`by_device`, upserted), which say their result at once and correct it.
 */
export const JOIN: Shape = {
	name: "join",
	title:
		"two sources, de-duplication, a left join by event time, windows that correct themselves when records come late, sinks that append and one that upserts",
	hasValves: true,
	flow: (version) => ({
		schemaVersion: 1,
		nodes: [
			source("src", [
				["id", "text"],
				["tag", "text"],
				["device", "text"],
				["n", "integer"],
				["litres", "number"],
				["tardy", "integer"],
				["at", "timestamp"],
			]),
			source("valves", [
				["id", "text"],
				["device", "text"],
				["n", "integer"],
				["volts", "integer"],
				["at", "timestamp"],
			]),
			keep(version),
			node("raw", "postgres-sink", { table: "raw" }),
			node("once", "dedup", { keys: ["device", "n"], horizonMs: 600_000 }),
			node("apart", "route", { mode: "first", branches: [{ name: "prompt", condition: "tardy = 0" }] }),
			node("together", "interval-join", {
				leftKeys: ["device"],
				rightKeys: ["device"],
				kind: "left",
				beforeMs: BEFORE_MS,
				afterMs: AFTER_MS,
				prefix: "valve_",
			}),
			node("pairs", "postgres-sink", { table: "pairs" }),
			node("both", "union", {}),
			node("devices", "tumbling-window", {
				sizeMs: WINDOW_MS,
				groupBy: ["device"],
				aggregates: [
					{ function: "count", field: "", as: "records" },
					{ function: "sum", field: "litres", as: "litres" },
					{ function: "sum", field: "volts", as: "volts" },
				],
				allowedLatenessMs: LATENESS_MS,
				late: "correct",
			}),
			node("by-device", "postgres-sink", { table: "by_device", mode: "upsert", keyColumns: ["device", "window_start"] }),
		],
		edges: [
			edge("src", "keep"),
			edge("keep", "raw"),
			edge("keep", "once"),
			edge("once", "apart"),
			edge("apart.prompt", "together.left"),
			edge("valves", "together.right"),
			edge("together", "pairs"),
			edge("together", "both"),
			edge("apart.otherwise", "both"),
			edge("both", "devices"),
			edge("devices", "by-device"),
		],
	}),
	tables: [
		{
			name: "by_device",
			select: `device as key, (extract(epoch from window_start) * 1000)::bigint as start,
				records || '/' || litres::bigint || '/' || coalesce(volts::bigint, 0) as result, revision`,
			columns: "{key: 'varchar', start: 'bigint', result: 'varchar', revision: 'bigint'}",
		},
		{ name: "pairs", select: "device, n, valve_n as valve", columns: "{device: 'varchar', n: 'bigint', valve: 'bigint'}" },
	],
	wrongWindows: differing(
		"by_device",
		`select device as key, (moment // ${WINDOW_MS}) * ${WINDOW_MS} as start,
			count(*) || '/' || cast(sum(litres) as bigint) || '/' || coalesce(cast(sum(volts) as bigint), 0) as result
		from (${TOGETHER} union all ${LATE}) group by all`,
	),
	wrongPairs: `
		select coalesce(w.device, f.device) || ' ' || coalesce(w.n, f.n) || ' with ' || coalesce(w.valve, f.valve, -1)
			|| ': wanted ' || coalesce(w.times, 0) || ', found ' || coalesce(f.times, 0)
		from (select device, n, valve, count(*) as times from (${TOGETHER}) group by all) w
		full outer join (select device, n, valve, count(*) as times from pairs group by all) f
			on w.device = f.device and w.n = f.n and w.valve is not distinct from f.valve
		where w.times is distinct from f.times`,
	corrections: "select coalesce(sum(revision), 0) from by_device",
};
