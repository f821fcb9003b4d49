import { blamesRows, postgresFailure, sqlStateOf } from "@weir/connections";
import type { CreateSink, PostgresMedium, RejectedRow } from "@weir/node-kit";
import { type Column, copyBatch, keyTextAt, type RecordBatch, rowAsJson } from "@weir/records";
import { type CopyPiece, copyPiece, giveBack, type Place } from "./copy-rows.ts";
import type { PostgresSinkConfig } from "./definition.ts";
import { arrayLiteral, type RowRef } from "./literals.ts";
import { copyStatements, createStatements, insertStatement, SEEK, seekCopyable, seekValues, tableName } from "./sql.ts";

/** Above a few thousand rows a statement gets slower per row, and a refused row costs more halvings. */
const ROWS_PER_STATEMENT = 2_000;

const encoder = new TextEncoder();

export const createSink: CreateSink<PostgresSinkConfig, PostgresMedium> = (config, context) => {
	const insert = insertStatement(config, context.input);
	const keyIndexes = config.keyColumns.map((name) => context.input.fields.findIndex((field) => field.name === name));
	let batches: RecordBatch[] = [];
	let rows = 0;
	let bytes = 0;
	/** The savepoint was not set yet in this commit; it stands behind all that was written. */
	let isFirst = true;
	let isSaved = false;
	const copy = copyStatements(config, context.input);
	/** The table is as COPY needs it, as far as is known. */
	let mayCopy = false;

	async function prepare(medium: PostgresMedium): Promise<void> {
		try {
			if (config.createTable) {
				const [found] = (await medium.query(SEEK, seekValues(config))).rows;
				if (!isWhole(found)) await medium.query(createStatements(config, context.input, Number(found?.version ?? 0)));
			} else await medium.query(`SELECT ${context.input.fields.length} FROM ${tableName(config)} LIMIT 0`);
			await seekCopy(medium);
		} catch (error) {
			throw postgresFailure(error);
		}
	}

	async function seekCopy(medium: PostgresMedium): Promise<void> {
		if (config.mode !== "append") return;
		const [found] = (await medium.query(seekCopyable(config, context.input))).rows;
		mayCopy = found?.may_copy === true;
	}

	/** True when the table has all it needs: changing it would take a right that only its owner has. */
	function isWhole(found: Readonly<Record<string, unknown>> | undefined): boolean {
		const columns = new Set(Array.isArray(found?.columns) ? found.columns : []);
		return context.input.fields.every((field) => columns.has(field.name)) && (config.mode === "append" || found?.has_key === true);
	}

	/** What sets the savepoint behind all that was written; empty when it stands there. */
	function savepoint(): string {
		if (isSaved) return "";
		return isFirst ? "SAVEPOINT weir_rows" : "RELEASE SAVEPOINT weir_rows; SAVEPOINT weir_rows";
	}

	/** False: nothing was written, and the rows are for an INSERT. */
	async function copyRows(medium: PostgresMedium, piece: CopyPiece): Promise<boolean> {
		const save = savepoint();
		try {
			await medium.copy(save === "" ? copy : `${save}; ${copy}`, piece.bytes);
			giveBack(piece);
			isFirst = false;
			isSaved = false;
			return true;
		} catch (error) {
			// What is wrong, and with which row, the INSERT will tell.
			if (!/^(?:0A|22|23|3F|42)/.test(sqlStateOf(error) ?? "")) throw postgresFailure(error);
			await medium.query("ROLLBACK TO SAVEPOINT weir_rows");
			isFirst = false;
			isSaved = true;
			await seekCopy(medium);
			return false;
		}
	}

	/**
	 * Writes the rows; when some of them are refused, halves them until each is found. The savepoint keeps the rest of the commit alive: it stands when
	 * this is called, and behind everything that was written by the end. Each statement is a way to the server and back, so there is one only.
	 */
	async function insertRows(medium: PostgresMedium, some: readonly RowRef[], mayMake = config.createTable): Promise<void> {
		const [first] = some;
		if (first === undefined) return;
		const literals = context.input.fields.map((_field, i) => arrayLiteral(i, some));
		try {
			const save = savepoint();
			if (save !== "") await medium.query(save);
			isFirst = false;
			await medium.query(insert, literals);
			isSaved = false;
			return;
		} catch (error) {
			// Somebody dropped the table or a column since it was made.
			const isGone = mayMake && postgresFailure(error).code === "CONNECTION_TARGET_MISSING";
			if (!isGone && !blamesRows(error)) throw postgresFailure(error);
			await medium.query("ROLLBACK TO SAVEPOINT weir_rows");
			isSaved = true;
			if (isGone) {
				await prepare(medium);
				isSaved = false;
				return insertRows(medium, some, false);
			}
			if (some.length === 1) {
				medium.reject({ ...originOf(first), reason: postgresFailure(error).message });
				return;
			}
		}
		const middle = some.length >> 1;
		await insertRows(medium, some.slice(0, middle), mayMake);
		await insertRows(medium, some.slice(middle), mayMake);
	}

	/** Takes the rows of one INSERT from a place on; answers the place behind them. */
	function takeRows(some: RowRef[], from: Place): Place {
		for (let at = from.batch, row = from.row; at < batches.length; at++, row = 0) {
			const batch = batches[at] as RecordBatch;
			for (; row < batch.length; row++) {
				if (some.length === ROWS_PER_STATEMENT) return { batch: at, row };
				some.push({ batch, row });
			}
		}
		return { batch: batches.length, row: 0 };
	}

	/** One statement cannot change a row twice: of equal keys only the last counts. */
	function lastOfEach(some: readonly RowRef[]): readonly RowRef[] {
		if (config.mode === "append") return some;
		const seen = new Set<string>();
		const last: RowRef[] = [];
		let batch: RecordBatch | undefined;
		let columns: Column[] = [];
		for (let i = some.length - 1; i >= 0; i--) {
			const ref = some[i] as RowRef;
			if (ref.batch !== batch) {
				batch = ref.batch;
				columns = keyIndexes.flatMap((index) => ref.batch.columns[index] ?? []);
			}
			const key = keyTextAt(columns, ref.row);
			if (seen.has(key)) continue;
			seen.add(key);
			last.push(ref);
		}
		return last.reverse();
	}

	return {
		onBatch(batch) {
			const copy = copyBatch(batch, { withOrigin: true });
			batches.push(copy);
			rows += copy.length;
			bytes += copy.length * copy.columns.length * 8 + (copy.origin?.slab.length ?? 0);
		},
		pending: () => ({ rows, bytes }),
		prepare,
		async write(medium) {
			isFirst = true;
			isSaved = false;
			let at: Place = { batch: 0, row: 0 };
			// COPY refused one of the rows before this place.
			let insertTo = at;
			while (at.batch < batches.length) {
				const piece = mayCopy && !isBefore(at, insertTo) ? copyPiece(batches, context.input.fields.length, at) : undefined;
				if (piece !== undefined) {
					if (await copyRows(medium, piece)) at = piece.end;
					else insertTo = piece.end;
					continue;
				}
				const some: RowRef[] = [];
				at = takeRows(some, at);
				await insertRows(medium, lastOfEach(some));
			}
			batches = [];
			rows = 0;
			bytes = 0;
		},
	};
};

function isBefore(one: Place, other: Place): boolean {
	return one.batch < other.batch || (one.batch === other.batch && one.row < other.row);
}

function originOf({ batch, row }: RowRef): Omit<RejectedRow, "reason"> {
	const { origin } = batch;
	const raw = origin?.slab.slice(origin.starts[row], origin.ends[row]);
	const json = rowAsJson(batch, row);
	return {
		raw: raw === undefined || raw.length === 0 ? encoder.encode(json) : raw,
		position: origin?.positionOf(row),
		row: json,
		key: batch.keys === undefined ? undefined : keyTextAt([batch.keys], row),
		eventTimeMs: batch.eventTimes[row],
	};
}
