import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { NodeExamples } from "../../../features/docs/node-examples.tsx";
import { NodeFacts, NodeHead } from "../../../features/docs/node-facts.tsx";
import { renderDoc, withoutTitle } from "../../../features/docs/render.ts";
import { type DocPage, docShelf } from "../../../features/docs/shelf.ts";

interface Props {
	readonly params: Promise<{ readonly path?: readonly string[] }>;
}

async function findPage(params: Props["params"]): Promise<DocPage | undefined> {
	const path = (await params).path?.join("/");
	return (await docShelf()).flatMap(({ pages }) => pages).find((page) => page.path === path);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	return { title: (await findPage(params))?.title ?? "Manual" };
}

export default async function DocsPage({ params }: Props) {
	const page = await findPage(params);
	if (page) {
		return (
			<article className="w-doc">
				{page.kind ? <NodeHead kind={page.kind} /> : null}
				{/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own Markdown, in which every tag is escaped */}
				<div dangerouslySetInnerHTML={{ __html: renderDoc(page.kind ? withoutTitle(page.text) : page.text, page.path) }} />
				{page.kind ? (
					<>
						<NodeFacts kind={page.kind} />
						<NodeExamples kind={page.kind} />
					</>
				) : null}
			</article>
		);
	}
	if ((await params).path) notFound();

	return (
		<article className="w-doc">
			<h1>Manual</h1>
			<p>How records travel, what each node promises, and why things are as they are.</p>
			{(await docShelf()).map((section) => (
				<section key={section.title}>
					<h2>{section.title}</h2>
					<ul>
						{section.pages.map(({ path, title, summary }) => (
							<li key={path}>
								<Link href={`/docs/${path}`}>{title}</Link>
								{summary ? <span className="text-muted"> · {summary}</span> : null}
							</li>
						))}
					</ul>
				</section>
			))}
		</article>
	);
}
