import "server-only";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { docRoot } from "./root.ts";

export interface DocPage {
	/** `concepts/event-time`, `nodes/dedup`. */
	readonly path: string;
	readonly title: string;
	readonly text: string;
}

export interface DocSection {
	readonly title: string;
	readonly pages: readonly DocPage[];
}

function titleOf(text: string, fallback: string): string {
	return /^#\s+(.+)$/m.exec(text)?.[1]?.replace(/`/g, "") ?? fallback;
}

async function namesIn(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder)).sort();
	} catch {
		// A part of the manual that is not shipped with this build is simply not on the shelf.
		return [];
	}
}

async function readFolder(root: string, folder: string): Promise<DocPage[]> {
	const names = (await namesIn(join(root, "apps/docs", folder))).filter((name) => name.endsWith(".md"));
	return Promise.all(
		names.map(async (name) => {
			const text = await readFile(join(root, "apps/docs", folder, name), "utf8");
			const slug = name.slice(0, -3);
			return { path: `${folder}/${slug}`, title: titleOf(text, slug), text };
		}),
	);
}

async function readNodes(root: string): Promise<DocPage[]> {
	const folder = join(root, "packages/nodes/src");
	const kinds = (await namesIn(folder)).filter((kind) => existsSync(join(folder, kind, "docs.md")));
	return Promise.all(
		kinds.map(async (kind) => {
			const text = await readFile(join(folder, kind, "docs.md"), "utf8");
			return { path: `nodes/${kind}`, title: titleOf(text, kind), text };
		}),
	);
}

let shelf: Promise<readonly DocSection[]> | undefined;

async function readShelf(): Promise<readonly DocSection[]> {
	const root = docRoot();
	const [concepts, nodes, decisions] = await Promise.all([readFolder(root, "concepts"), readNodes(root), readFolder(root, "decisions")]);
	return [
		{ title: "Concepts", pages: concepts },
		{ title: "Nodes", pages: nodes },
		{ title: "Decisions", pages: decisions },
	].filter(({ pages }) => pages.length > 0);
}

/** All pages of the manual, read once. */
export function docShelf(): Promise<readonly DocSection[]> {
	shelf ??= readShelf();
	return shelf;
}
