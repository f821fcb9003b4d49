import { DuckDBInstance } from "@duckdb/node-api";

/** One row of the table that the flow *Taxi trips* keeps. */
export interface TaxiHour {
	/** Start of the hour, ISO 8601 UTC. */
	readonly windowStart: string;
	readonly paymentType: string;
	readonly trips: number;
	readonly averageFare: number;
	readonly longestTrip: number;
}

/**
 * What the table must hold, computed by DuckDB from the clean file: the first trip per (taxi, pick-up time),
 * only plausible ones, counted by hour and payment type. Shares no code with the engine.
 */
export async function taxiOracle(file: string): Promise<readonly TaxiHour[]> {
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	try {
		const result = await connection.runAndReadAll(
			`
			with lines as (
				select row_number() over () as place, regexp_extract(line, '^[0-9]+,(.*)$', 1)::json as pack
				from read_csv($1, columns = {'line': 'varchar'}, delim = chr(1), quote = '', escape = '', header = false)
			), entries as (
				select place, (pack->>'bt')::bigint as time_ms, unnest(from_json(pack->'e', '[{"n":"varchar","v":"varchar","sv":"varchar"}]')) as entry
				from lines
			), trips as (
				select place, any_value(time_ms) as time_ms,
					max(case when entry.n = 'taxi_identifier' then entry.sv end) as taxi,
					max(case when entry.n = 'pickup_datetime' then entry.sv end) as pickup,
					max(case when entry.n = 'payment_type' then entry.sv end) as payment_type,
					max(case when entry.n = 'trip_distance' then entry.v::double end) as distance,
					max(case when entry.n = 'fare_amount' then entry.v::double end) as fare
				from entries group by place
			), firsts as (
				select * from trips qualify row_number() over (partition by taxi, pickup order by place) = 1
			)
			select (time_ms // 3600000) * 3600000 as window_ms, payment_type, count(*)::int as trips, avg(fare) as average_fare, max(distance) as longest_trip
			from firsts
			where distance > 0 and distance < 100 and fare > 0 and fare < 500
			group by all order by window_ms, payment_type`,
			[file],
		);
		return result.getRowObjects().map((row) => ({
			windowStart: new Date(Number(row.window_ms)).toISOString(),
			paymentType: String(row.payment_type),
			trips: Number(row.trips),
			averageFare: Number(row.average_fare),
			longestTrip: Number(row.longest_trip),
		}));
	} finally {
		connection.closeSync();
	}
}
