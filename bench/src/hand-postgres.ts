import { copyIn } from "@weir/backends";
import type pg from "pg";

/** Result columns of the sink's benchmark; devices are numbers into a list of names. */
export interface ResultColumns {
	readonly starts: Float64Array;
	readonly devices: Int32Array;
	readonly averages: Float64Array;
	readonly greatest: Float64Array;
	readonly readings: Float64Array;
}

/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);
const COPY_SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");

/** An upsert of arrays, written for this one table: the text of each array is put together with no escaping and no type looked at. */
export function insertLiterals(client: pg.Client, table: string) {
	const text = `insert into ${table} (window_start, device, average, greatest, readings)
		select to_timestamp(s / 1000), d, a, g, r
		from unnest($1::double precision[], $2::text[], $3::double precision[], $4::double precision[], $5::bigint[]) as r (s, d, a, g, r)
		on conflict (window_start, device) do update set average = excluded.average, greatest = excluded.greatest, readings = excluded.readings`;
	return async (rows: ResultColumns, names: readonly string[]): Promise<void> => {
		let devices = "{";
		for (let i = 0; i < rows.devices.length; i++) devices += `${i === 0 ? "" : ","}${names[rows.devices[i] ?? 0]}`;
		const values = [
			`{${rows.starts.join()}}`,
			`${devices}}`,
			`{${rows.averages.join()}}`,
			`{${rows.greatest.join()}}`,
			`{${rows.readings.join()}}`,
		];
		await client.query({ name: "upsert", text, values });
	};
}

/** COPY in its binary form, written for this one table. */
export function copyLiteral(client: pg.Client, table: string) {
	let bytes = Buffer.alloc(1 << 20);
	return async (rows: ResultColumns, names: readonly string[]): Promise<void> => {
		const length = rows.starts.length;
		if (bytes.length < 100 + length * 100) bytes = Buffer.alloc(100 + length * 100);
		let at = COPY_SIGNATURE.copy(bytes);
		for (let i = 0; i < length; i++) {
			at = bytes.writeInt16BE(5, at);
			at = bytes.writeBigInt64BE(BigInt(Math.round(((rows.starts[i] ?? 0) - EPOCH_2000_MS) * 1_000)), bytes.writeInt32BE(8, at));
			const device = names[rows.devices[i] ?? 0] ?? "";
			at = bytes.writeInt32BE(device.length, at);
			at += bytes.write(device, at, "latin1");
			at = bytes.writeDoubleBE(rows.averages[i] ?? 0, bytes.writeInt32BE(8, at));
			at = bytes.writeDoubleBE(rows.greatest[i] ?? 0, bytes.writeInt32BE(8, at));
			at = bytes.writeBigInt64BE(BigInt(rows.readings[i] ?? 0), bytes.writeInt32BE(8, at));
		}
		at = bytes.writeInt16BE(-1, at);
		await copyIn(
			client,
			`copy ${table} (window_start, device, average, greatest, readings) from stdin (format binary)`,
			bytes.subarray(0, at),
		);
	};
}
