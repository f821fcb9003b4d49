import { WeirError } from "@weir/errors";
import pg from "pg";

/** A pool of the app role that has taken on weir_operator: it sees all tenants, so every statement names its tenant itself. */
export function openOperatorPool(appUrl: string, max: number): pg.Pool {
	const pool = new pg.Pool({ connectionString: appUrl, max, options: "-c role=weir_operator", connectionTimeoutMillis: 5_000 });
	// Without a listener the loss of an idle connection would end the process; the next query says what is wrong.
	pool.on("error", () => {});
	// The same for one that is lost between two statements of a transaction.
	pool.on("connect", (client) => client.on("error", () => {}));
	return pool;
}

/** Runs a query; a database that is away becomes DATABASE_UNAVAILABLE, everything else is thrown as it is. */
export async function queryRows<Row extends pg.QueryResultRow>(
	client: pg.Pool | pg.PoolClient,
	text: string,
	values: readonly unknown[] = [],
): Promise<Row[]> {
	try {
		return (await client.query<Row>(text, [...values])).rows;
	} catch (error) {
		throw asDatabaseError(error);
	}
}

/** Runs `act` in one transaction on one connection. */
export async function inTransaction<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
	const client = await pool.connect().catch((error: unknown) => {
		throw asDatabaseError(error);
	});
	let broken: Error | undefined;
	try {
		await client.query("begin");
		const result = await act(client);
		await client.query("commit");
		return result;
	} catch (error) {
		await client.query("rollback").catch((lost: Error) => {
			broken = lost;
		});
		throw asDatabaseError(error);
	} finally {
		client.release(broken);
	}
}

const AWAY = /^(08|57P0)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/;

/** Sorts what node-postgres throws. */
export function asDatabaseError(error: unknown): unknown {
	const { code, message } = error as { code?: string; message?: string };
	const isAway =
		(code !== undefined && AWAY.test(code)) || /timeout exceeded when trying to connect|Connection terminated/.test(message ?? "");
	return isAway
		? new WeirError("DATABASE_UNAVAILABLE", "The control database does not answer; it is tried again.", { cause: error })
		: error;
}
