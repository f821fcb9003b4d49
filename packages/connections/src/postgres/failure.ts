import { isWeirError, WeirError } from "@weir/errors";
import { networkFailure, textOf } from "../failure.ts";

/** The five characters that PostgreSQL gives with every error; undefined when the error came from elsewhere. */
export function sqlStateOf(error: unknown): string | undefined {
	for (
		let at: unknown = error, depth = 0;
		typeof at === "object" && at !== null && depth < 5;
		at = (at as { cause?: unknown }).cause, depth++
	) {
		const code = (at as { code?: unknown }).code;
		if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return code;
	}
	return undefined;
}

/** True when the rows themselves are to blame (bad values, broken constraints): another row may well go in. */
export function blamesRows(error: unknown): boolean {
	const state = sqlStateOf(error);
	return state !== undefined && (state.startsWith("22") || state.startsWith("23"));
}

/** The one place where errors of a PostgreSQL connection are sorted. */
export function postgresFailure(error: unknown): WeirError {
	if (isWeirError(error)) return error;
	const state = sqlStateOf(error);
	return state === undefined ? networkFailure("PostgreSQL", error) : serverFailure(state, error);
}

function serverFailure(state: string, error: unknown): WeirError {
	const said = textOf(error);
	const context = { sqlState: state };
	const is = (...starts: readonly string[]) => starts.some((start) => state.startsWith(start));
	if (is("28"))
		return new WeirError("CONNECTION_DENIED", `PostgreSQL refuses the user or the password: ${said}.`, { context, cause: error });
	if (is("42501")) return new WeirError("CONNECTION_DENIED", `The PostgreSQL user lacks a right: ${said}.`, { context, cause: error });
	if (is("3D000"))
		return new WeirError("CONNECTION_TARGET_MISSING", `The PostgreSQL database is missing: ${said}.`, { context, cause: error });
	if (is("42P01", "42703", "3F000")) {
		return new WeirError("CONNECTION_TARGET_MISSING", `A table, schema or column is missing: ${said}.`, { context, cause: error });
	}
	if (is("42", "0A"))
		return new WeirError("NODE_CONFIG_INVALID", `PostgreSQL cannot do what this node asks: ${said}.`, { context, cause: error });
	if (is("22", "23")) return new WeirError("SINK_REJECTED", `PostgreSQL refuses the record: ${said}.`, { context, cause: error });
	if (is("53", "57P03", "58")) {
		return new WeirError("SINK_UNAVAILABLE", `PostgreSQL cannot take more at the moment: ${said}.`, { context, cause: error });
	}
	if (is("57014")) return new WeirError("CONNECTION_SLOW", "PostgreSQL did not finish in time.", { context, cause: error });
	if (is("08", "57P", "40", "55")) {
		return new WeirError("CONNECTION_LOST", `PostgreSQL broke off: ${said}.`, { context, cause: error });
	}
	return new WeirError("SINK_UNAVAILABLE", `PostgreSQL failed: ${said}.`, { context, cause: error });
}
