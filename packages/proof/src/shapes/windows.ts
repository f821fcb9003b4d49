import { differing, edge, keep, node, type Shape, type ShapeTable, source, WINDOW_MS } from "./shape.ts";

function window(id: string, field: string) {
	return node(id, "tumbling-window", {
		sizeMs: WINDOW_MS,
		groupBy: [field],
		aggregates: [
			{ function: "count", field: "", as: "records" },
			{ function: "sum", field: "n", as: "total" },
		],
	});
}

function table(name: string, key: string): ShapeTable {
	return {
		name,
		select: `${key} as key, (extract(epoch from window_start) * 1000)::bigint as start, records || '/' || total::bigint as result`,
		columns: "{key: 'varchar', start: 'bigint', result: 'varchar'}",
	};
}

function wrong(name: string, key: string): string {
	return differing(
		name,
		`select cast(${key} as varchar) as key, ("at" // ${WINDOW_MS}) * ${WINDOW_MS} as start, count(*) || '/' || cast(sum(n) as bigint) as result
		from once where not old group by all`,
	);
}

/**
 * One source, whose records go unchanged to `raw`, and without those sent again to windows by device (`by_device`) and by litres
 * (`by_litres`, so that they are regrouped on the way). Three sinks, each with a cursor of its own.
 */
export const WINDOWS: Shape = {
	name: "windows",
	title: "one source, de-duplication, windows by two keys of which one is regrouped on the way, three sinks",
	hasValves: false,
	flow: (version) => ({
		schemaVersion: 1,
		nodes: [
			source("src", [
				["id", "text"],
				["tag", "text"],
				["device", "text"],
				["n", "integer"],
				["litres", "number"],
				["at", "timestamp"],
			]),
			keep(version),
			node("raw", "postgres-sink", { table: "raw" }),
			node("once", "dedup", { keys: ["device", "n"], horizonMs: 600_000 }),
			window("devices", "device"),
			node("by-device", "postgres-sink", { table: "by_device" }),
			window("amounts", "litres"),
			node("by-litres", "postgres-sink", { table: "by_litres" }),
		],
		edges: [
			edge("src", "keep"),
			edge("keep", "raw"),
			edge("keep", "once"),
			edge("once", "devices"),
			edge("devices", "by-device"),
			edge("once", "amounts"),
			edge("amounts", "by-litres"),
		],
	}),
	tables: [table("by_device", "device"), table("by_litres", "litres::bigint::text")],
	wrongWindows: `${wrong("by_device", "device")} union all ${wrong("by_litres", "cast(litres as bigint)")}`,
};
