import type { World } from "./world.ts";

/** The windows of `minuteFlow` as they stand in its table, one text each, sorted. */
export async function minutesOf(world: World, table = "per_minute"): Promise<string[]> {
	const rows = await world.rows<{ device: string; window_start: Date; n: string; litres: number }>(table);
	return rows.map((row) => `${row.device} ${row.window_start.toISOString()} ${row.n} ${row.litres}`).sort();
}

/** The windows of `exchangedFlow` as they stand in its table. */
export async function amountsOf(world: World, table = "per_amount"): Promise<string[]> {
	const rows = await world.rows<{ litres: number; window_start: Date; n: string }>(table);
	return rows.map((row) => `${row.litres} ${row.window_start.toISOString()} ${row.n}`).sort();
}

/** The numbers of the records in a table of `rawFlow`, sorted. */
export async function numbersOf(world: World, table = "raw"): Promise<number[]> {
	return (await world.rows<{ n: string }>(table, "n")).map((row) => Number(row.n)).sort((a, b) => a - b);
}
