import { existsSync } from "node:fs";
import path from "node:path";
import type { SourceFile } from "./imports.ts";

/** Groups of files that import each other in a circle; an import of types alone is no circle at run time and is left out. */
export function circlesAmong(root: string, sources: readonly SourceFile[]): string[][] {
	const known = new Set(sources.map((source) => source.file));
	const edges = new Map<string, string[]>();
	for (const source of sources) {
		const targets = source.imports
			.filter((one) => one.specifier.startsWith(".") && !one.isType)
			.map((one) => resolveFile(root, source.file, one.specifier));
		edges.set(
			source.file,
			targets.filter((target): target is string => target !== undefined && known.has(target)),
		);
	}
	return stronglyConnected(edges).filter((group) => group.length > 1 || edges.get(group[0] ?? "")?.includes(group[0] ?? ""));
}

function resolveFile(root: string, from: string, specifier: string): string | undefined {
	const target = path.posix.join(path.posix.dirname(from), specifier);
	const candidates = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`, `${target}/index.tsx`];
	return candidates.find((candidate) => /\.\w+$/.test(candidate) && existsSync(path.join(root, candidate)));
}

/** Tarjan's algorithm. */
function stronglyConnected(edges: ReadonlyMap<string, readonly string[]>): string[][] {
	const order = new Map<string, number>();
	const low = new Map<string, number>();
	const stack: string[] = [];
	const groups: string[][] = [];
	const visit = (file: string): void => {
		order.set(file, order.size);
		low.set(file, order.get(file) ?? 0);
		stack.push(file);
		for (const next of edges.get(file) ?? []) {
			if (!order.has(next)) visit(next);
			if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
		}
		if (low.get(file) === order.get(file)) groups.push(stack.splice(stack.indexOf(file)).sort());
	};
	for (const file of edges.keys()) if (!order.has(file)) visit(file);
	return groups;
}
