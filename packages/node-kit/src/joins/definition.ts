import type { Field, RecordSchema } from "@weir/records";
import type { InputSchemas, NodeDefinition, NodeProblem } from "../definition.ts";
import { fieldTexts } from "../fields.ts";
import { type JoinConfig, joinedSchema, joinProblems } from "./fields.ts";

/** What one kind of join of two streams adds to what all have in common. */
interface JoinKind<Config> {
	/** Everything about which records belong together that a snapshot depends on. */
	shapeText(config: Config): string;
	/** Fields in front of those of the records. */
	readonly leading?: readonly Field[];
	lint?(config: Config): readonly NodeProblem[];
}

type Common =
	| "version"
	| "migrations"
	| "role"
	| "category"
	| "status"
	| "inputs"
	| "outputs"
	| "partitioning"
	| "delivery"
	| "outputSchema"
	| "lint"
	| "keeps"
	| "stateSchema"
	| "holds";

/** The parts of a definition that joins of two streams have in common. */
export function joinDefinition<Config extends JoinConfig>(kind: JoinKind<Config>): Pick<NodeDefinition<Config>, Common> {
	const { leading = [] } = kind;
	return {
		version: 1,
		migrations: {},
		role: "transform",
		category: "stateful",
		status: "stable",
		inputs: [
			{ name: "left", summary: "Left records." },
			{ name: "right", summary: "Right records." },
		],
		outputs: [
			{ name: "out", summary: "The fields of both." },
			{ name: "late", summary: "Left records that came when event time had passed them.", side: true },
			{ name: "late_right", summary: "Right records that came when event time had passed them.", side: true },
		],
		partitioning: (config) => ({ kind: "by-key", fields: config.leftKeys, otherInputs: { right: config.rightKeys } }),
		delivery: { guarantee: "effectively-once", needs: "Which records leave depends on event time alone, so a replay gives the same ones." },
		outputSchema: (config, left = NOTHING, inputs: InputSchemas = {}) => ({
			schemas: {
				out: { fields: [...leading, ...joinedSchema(config, inputs).fields] },
				late: inputs.left ?? left,
				late_right: inputs.right ?? NOTHING,
			},
			problems: [],
		}),
		lint: (config, _left, inputs: InputSchemas = {}) => [...joinProblems(config, inputs, leading), ...(kind.lint?.(config) ?? [])],
		keeps: (_config, left) => left.fields.map(({ name }) => name),
		stateSchema: (config, left, { right = NOTHING } = {}) =>
			`2 ${kind.shapeText(config)} ${config.leftKeys.join(", ")} = ${config.rightKeys.join(", ")} of ${allTexts(left)} and ${allTexts(right)}`,
		holds: "records that wait for a partner",
	};
}

const NOTHING: RecordSchema = { fields: [] };

function allTexts(schema: RecordSchema): string {
	return fieldTexts(
		schema,
		schema.fields.map(({ name }) => name),
	);
}
