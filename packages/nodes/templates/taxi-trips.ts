import { type FlowTemplate, line, place } from "./template.ts";

const source = {
	format: "senml",
	fields: [
		{ name: "taxi_identifier", type: "text" },
		{ name: "pickup_datetime", type: "timestamp" },
		{ name: "trip_time_in_secs", type: "number" },
		{ name: "trip_distance", type: "number" },
		{ name: "payment_type", type: "text" },
		{ name: "fare_amount", type: "number" },
		{ name: "tip_amount", type: "number" },
		{ name: "bt", type: "timestamp" },
	],
	eventTimeField: "bt",
	keyField: "taxi_identifier",
	maxDisorderMs: 60_000,
};

export const taxiTrips: FlowTemplate = {
	id: "taxi-trips",
	title: "Taxi trips",
	summary: "SenML over MQTT and HTTP → dedup → plausible trips → by hour and payment → Postgres",
	needs: "Works at once: results go to the built-in Postgres.",
	fleet: "taxi",
	flow: {
		schemaVersion: 1,
		nodes: [
			place("mqtt", "mqtt-source", "Taxis over MQTT", 0, 0, { topicFilter: "taxi/trips", ...source }),
			place("http", "http-source", "Taxis over HTTP", 0, 2, source),
			place("dedup", "dedup", "Each trip once", 1, 1, { keys: ["taxi_identifier", "pickup_datetime"], horizonMs: 86_400_000 }),
			place("plausible", "filter", "Plausible trips", 2, 1, {
				condition: "trip_distance > 0 and trip_distance < 100 and fare_amount > 0 and fare_amount < 500",
			}),
			place("hour", "tumbling-window", "By hour and payment", 3, 1, {
				sizeMs: 3_600_000,
				groupBy: ["payment_type"],
				aggregates: [
					{ function: "count", field: "", as: "trips" },
					{ function: "avg", field: "fare_amount", as: "average_fare" },
					{ function: "max", field: "trip_distance", as: "longest_trip" },
				],
				allowedLatenessMs: 600_000,
			}),
			place("table", "postgres-sink", "Taxi hours", 4, 1, {
				table: "taxi_hours",
				mode: "upsert",
				keyColumns: ["window_start", "payment_type"],
			}),
		],
		edges: [line("mqtt", "dedup"), line("http", "dedup"), line("dedup", "plausible"), line("plausible", "hour"), line("hour", "table")],
	},
};
