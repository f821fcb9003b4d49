import { WeirError } from "@weir/errors";
import * as z from "zod";
import type { Connector } from "../definition.ts";
import { networkFailure } from "../failure.ts";
import { type HttpClient, httpFailure, reachUrl } from "../outbound/http-client.ts";
import { playSteps, stepTime } from "../steps.ts";
import { openPinot } from "./client.ts";
import type { PinotConfig } from "./definition.ts";

const tablesSchema = z.object({ tables: z.array(z.string()) });
const fieldsSchema = z.array(z.object({ name: z.string(), dataType: z.string() })).default([]);
const schemaSchema = z.object({
	dimensionFieldSpecs: fieldsSchema,
	metricFieldSpecs: fieldsSchema,
	dateTimeFieldSpecs: fieldsSchema,
});

export const connector: Connector<PinotConfig> = {
	test: (config, options) =>
		playSteps(
			options,
			(error) => networkFailure("Pinot", error),
			async (attempt) => {
				await reachUrl(attempt, config.controllerUrl, config, options);
				await reachUrl(attempt, config.brokerUrl, config, options);
				const pinot = openPinot(config, { ...options, timeoutMs: stepTime(options) });
				try {
					const answer = await attempt(
						"sign-in",
						async () => {
							const got = await pinot.controller.send({ path: "/tables" });
							if (got.status !== 200 && got.status !== 403) throw httpFailure("Pinot's controller", got);
							return got;
						},
						() => (config.auth === "none" ? "The controller asks for no sign-in." : "The controller takes who we are."),
					);
					await attempt(
						"permission",
						async () => {
							if (answer.status !== 200) throw httpFailure("Pinot's controller", answer);
							await isHealthy(pinot.broker);
							return readTables(JSON.parse(answer.body.toString("utf8")));
						},
						(tables) => `The tables can be read: there are ${tables.length}. The broker is ready for questions.`,
					);
				} finally {
					pinot.close();
				}
			},
		),

	async browse(config, path, options) {
		const pinot = openPinot(config, { ...options, timeoutMs: stepTime(options) });
		const [table] = path;
		try {
			if (table === undefined) {
				const tables = readTables(await pinot.controller.json({ path: "/tables" }));
				return tables.map((name) => ({ name, kind: "table", hasChildren: true }));
			}
			const schema = schemaSchema.parse(await pinot.controller.json({ path: `/tables/${encodeURIComponent(table)}/schema` }));
			const fields = [...schema.dimensionFieldSpecs, ...schema.metricFieldSpecs, ...schema.dateTimeFieldSpecs];
			const columns = fields.map(({ name, dataType }) => ({ name, type: dataType.toLowerCase() }));
			return [{ name: table, kind: "schema", hasChildren: false, columns }];
		} finally {
			pinot.close();
		}
	},
};

async function isHealthy(broker: HttpClient): Promise<void> {
	const answer = await broker.send({ path: "/health" });
	if (answer.status !== 200) throw httpFailure("Pinot's broker", answer);
}

function readTables(value: unknown): readonly string[] {
	const found = tablesSchema.safeParse(value);
	if (found.success) return found.data.tables;
	throw new WeirError(
		"CONNECTION_TARGET_MISSING",
		"What answers at /tables is no controller of Pinot; check the address of the controller.",
	);
}
