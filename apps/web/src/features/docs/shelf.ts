import "server-only";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { catalogue } from "@weir/nodes/definitions";
import { manual } from "@weir/nodes/manual";
import { docRoot } from "./root.ts";

export interface DocPage {
	/** `concepts/event-time`, `nodes/dedup`. */
	readonly path: string;
	readonly title: string;
	readonly text: string;
	/** Only pages of a node type. */
	readonly kind?: string;
	/** What it is, in a few words. */
	readonly summary?: string;
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

async function readFolder(folder: string): Promise<DocPage[]> {
	const root = docRoot();
	const names = (await namesIn(join(root, "apps/docs", folder))).filter((name) => name.endsWith(".md"));
	return Promise.all(
		names.map(async (name) => {
			const text = await readFile(join(root, "apps/docs", folder, name), "utf8");
			const slug = name.slice(0, -3);
			return { path: `${folder}/${slug}`, title: titleOf(text, slug), text };
		}),
	);
}

function nodePages(): DocPage[] {
	return [...catalogue.values()].map(({ kind, title, summary }) => ({
		path: `nodes/${kind}`,
		title,
		text: manual.get(kind)?.docs ?? "",
		kind,
		summary,
	}));
}

async function readShelf(): Promise<readonly DocSection[]> {
	const [concepts, decisions] = await Promise.all([readFolder("concepts"), readFolder("decisions")]);
	return [
		{ title: "Concepts", pages: concepts },
		{ title: "Nodes", pages: nodePages() },
		{ title: "Decisions", pages: decisions },
	].filter(({ pages }) => pages.length > 0);
}

let shelf: Promise<readonly DocSection[]> | undefined;

/** All pages of the manual, read once. */
export function docShelf(): Promise<readonly DocSection[]> {
	shelf ??= readShelf();
	return shelf;
}
