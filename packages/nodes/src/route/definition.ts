import { checkExpression, defineNode, type FieldMeta, fieldsOf, type NodeProblem, type Port, repeatProblems } from "@weir/node-kit";
import * as z from "zod";

const PORT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Names that mean something else wherever they stand. */
const TAKEN = ["otherwise", "rejected", "duplicate", "late"];

const configSchema = z.strictObject({
	mode: z
		.enum(["first", "all"])
		.default("first")
		.meta({
			title: "A record goes to",
			help: "first: the first branch whose condition is true. all: every branch whose condition is true.",
		} satisfies FieldMeta),
	branches: z
		.array(
			z.strictObject({
				name: z
					.string()
					.max(32)
					.default("")
					.meta({
						title: "Output",
						placeholder: "hot",
						help: "Name of the output; edges follow it when you rename it.",
					} satisfies FieldMeta),
				condition: z
					.string()
					.max(8_000)
					.default("")
					.meta({ title: "Where", widget: "expression", placeholder: "temperature > 80" } satisfies FieldMeta),
			}),
		)
		.max(32)
		.default([{ name: "match", condition: "" }])
		.meta({
			title: "Branches",
			widget: "list",
			help: "Asked from the top down. What meets none leaves by “otherwise”.",
		} satisfies FieldMeta),
});

export type RouteConfig = z.infer<typeof configSchema>;

const OTHERWISE: Port = { name: "otherwise", summary: "Records that meet no condition; counted when nothing is connected.", side: true };

/** Output per branch, in their order; a branch without a usable name keeps a place and a name of its own until it has one. */
export function portNamesOf(branches: readonly unknown[]): readonly string[] {
	const names: string[] = [];
	branches.forEach((branch, i) => {
		const given = typeof branch === "object" && branch !== null ? Reflect.get(branch, "name") : undefined;
		const usable = typeof given === "string" && PORT_NAME.test(given) && !TAKEN.includes(given) && !names.includes(given);
		names.push(usable ? given : `branch-${i + 1}`);
	});
	return names;
}

function outputsOf(config: Readonly<Record<string, unknown>>): readonly Port[] {
	const branches = Array.isArray(config.branches) ? config.branches : [];
	return [...portNamesOf(branches).map((name) => ({ name, summary: `Records for which the condition of ${name} is true.` })), OTHERWISE];
}

function lint(config: RouteConfig, input: Parameters<typeof checkExpression>[1]): NodeProblem[] {
	if (config.branches.length === 0) {
		return [{ code: "field-required", severity: "error", path: "branches", message: "Add a branch: a name and the condition for it." }];
	}
	const problems: NodeProblem[] = repeatProblems(
		config.branches.map((branch, i) => branch.name || `\u0000${i}`),
		(i) => `branches.${i}.name`,
	);
	config.branches.forEach(({ name, condition }, i) => {
		const path = `branches.${i}.name`;
		if (TAKEN.includes(name)) {
			const message = `An output cannot be called ${name}, which means something else already. Choose another name.`;
			problems.push({ code: "name-taken", severity: "error", path, message });
		} else if (!PORT_NAME.test(name)) {
			const message = "Give the output a name of letters, digits, - and _, for example hot.";
			problems.push({ code: "field-required", severity: "error", path, message });
		}
		if (condition.trim() === "") {
			const message = "Write a condition, for example temperature > 80.";
			problems.push({ code: "field-required", severity: "error", path: `branches.${i}.condition`, message });
		} else problems.push(...checkExpression(condition, input, `branches.${i}.condition`, "boolean").problems);
	});
	return problems;
}

export const definition = defineNode<RouteConfig>({
	kind: "route",
	version: 1,
	migrations: {},
	role: "transform",
	category: "control",
	title: "Route",
	summary: "Sends each record to the branch whose condition it meets",
	tags: ["switch", "split", "branch", "case", "if", "condition", "content based routing"],
	status: "stable",
	inputs: [{ name: "in", summary: "Records to send on." }],
	outputs: [OTHERWISE],
	outputsOf,
	config: configSchema,
	partitioning: () => ({ kind: "any" }),
	delivery: { guarantee: "effectively-once" },
	outputSchema(config, input) {
		const names = [...portNamesOf(config.branches), OTHERWISE.name];
		return { schemas: Object.fromEntries(names.map((name) => [name, input ?? { fields: [] }])), problems: [] };
	},
	lint,
	cardSummary(config) {
		const names = config.branches.map((branch) => branch.name || "…").join(", ");
		return `${config.mode === "first" ? "first of" : "all of"} ${names || "no branch yet"}`;
	},
	fieldsRead(config, input) {
		const trees = config.branches.map(({ condition }, i) => checkExpression(condition, input, `branches.${i}.condition`, "boolean").tree);
		if (trees.includes(undefined)) return undefined;
		return [...new Set(trees.flatMap((tree) => (tree === undefined ? [] : fieldsOf(tree))))];
	},
});
