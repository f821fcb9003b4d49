import { WeirError } from "@weir/errors";
import * as z from "zod";
import type { BrowseEntry, Connector } from "../definition.ts";
import { networkFailure } from "../failure.ts";
import { httpFailure, reachUrl } from "../outbound/http-client.ts";
import { playSteps, stepTime } from "../steps.ts";
import { openSchemaRegistry } from "./client.ts";
import type { SchemaRegistryConfig } from "./definition.ts";

const SYSTEM = "the schema registry";
const MOST = 1_000;

export const connector: Connector<SchemaRegistryConfig> = {
	test: (config, options) =>
		playSteps(
			options,
			(error) => networkFailure(SYSTEM, error),
			async (attempt) => {
				await reachUrl(attempt, config.url, config, options);
				const client = openSchemaRegistry(config, { ...options, timeoutMs: stepTime(options) });
				try {
					const answer = await attempt(
						"sign-in",
						async () => {
							const got = await client.send({ path: "/subjects" });
							if (got.status !== 200 && got.status !== 403) throw httpFailure(SYSTEM, got);
							return got;
						},
						() => (config.user === "" ? "The registry asks for no sign-in." : `Signed in as ${config.user}.`),
					);
					await attempt(
						"permission",
						async () => {
							if (answer.status !== 200) throw httpFailure(SYSTEM, answer);
							return readNames(JSON.parse(answer.body.toString("utf8")), "/subjects");
						},
						(subjects) => `The subjects can be read: there are ${subjects.length}.`,
					);
				} finally {
					client.close();
				}
			},
		),

	async browse(config, path, options) {
		const client = openSchemaRegistry(config, { ...options, timeoutMs: stepTime(options) });
		const [subject, version] = path;
		try {
			if (subject === undefined) {
				const names = readNames(await client.json({ path: "/subjects" }), "/subjects");
				return names.slice(0, MOST).map((name) => ({ name, kind: "subject", hasChildren: true }));
			}
			const at = `/subjects/${encodeURIComponent(subject)}/versions`;
			if (version === undefined) return await versions(await client.json({ path: at }));
			const found = await client.json({ path: `${at}/${encodeURIComponent(version)}` });
			return [{ name: subject, kind: "schema", hasChildren: false, columns: columnsOf(found) }];
		} finally {
			client.close();
		}
	},
};

function readNames(value: unknown, path: string): readonly string[] {
	const names = z.array(z.string()).safeParse(value);
	if (names.success) return names.data;
	throw new WeirError("CONNECTION_TARGET_MISSING", `What answers at ${path} is no schema registry; check the address.`);
}

function versions(value: unknown): readonly BrowseEntry[] {
	const numbers = z.array(z.number()).catch([]).parse(value);
	return numbers.map((number) => ({ name: String(number), kind: "version", hasChildren: true }));
}

const avroSchema = z.object({ fields: z.array(z.object({ name: z.string(), type: z.unknown() })) });

/** Fields of an Avro record; other schemas have none that a table could show. */
function columnsOf(value: unknown): { name: string; type: string }[] {
	const text = z.object({ schema: z.string() }).safeParse(value);
	if (!text.success) return [];
	try {
		const schema = avroSchema.safeParse(JSON.parse(text.data.schema));
		return schema.success
			? schema.data.fields.map(({ name, type }) => ({ name, type: typeof type === "string" ? type : JSON.stringify(type) }))
			: [];
	} catch {
		return []; // A schema of Protobuf is no JSON.
	}
}
