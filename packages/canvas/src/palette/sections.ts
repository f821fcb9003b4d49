import type { Catalogue, NodeCategory, NodeDefinition } from "@weir/node-kit";

export interface Section {
	readonly category: NodeCategory;
	readonly title: string;
	readonly definitions: readonly NodeDefinition[];
}

const TITLES: readonly (readonly [NodeCategory, string])[] = [
	["source", "Sources"],
	["transform", "Transform"],
	["stateful", "Stateful"],
	["ml", "ML"],
	["control", "Control"],
	["sink", "Sinks"],
];

/** The catalogue in the palette's order; empty sections and deprecated kinds are left out. */
export function sectionsOf(catalogue: Catalogue): readonly Section[] {
	const offered = [...catalogue.values()].filter((definition) => definition.status !== "deprecated");
	return TITLES.map(([category, title]) => ({
		category,
		title,
		definitions: offered.filter((definition) => definition.category === category),
	})).filter((section) => section.definitions.length > 0);
}
