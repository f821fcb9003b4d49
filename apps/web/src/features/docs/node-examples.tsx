import "server-only";
import { manual } from "@weir/nodes/manual";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { prettyJson } from "./pretty-json.ts";

function titleOf(example: unknown, index: number): string {
	if (typeof example === "object" && example !== null) {
		if ("title" in example && typeof example.title === "string") return example.title;
		if ("name" in example && typeof example.name === "string") return example.name;
	}
	return `Example ${index + 1}`;
}

/** The worked examples of a node type: the very ones its tests play. */
export function NodeExamples({ kind }: { readonly kind: string }) {
	const examples = manual.get(kind)?.cases ?? [];
	if (examples.length === 0) return null;
	return (
		<section>
			<h2 id="examples">Examples</h2>
			<p>Each of these is also a test: it is played straight through, and again thrown away and restored after every step.</p>
			{examples.map((example, index) => {
				const title = titleOf(example, index);
				return (
					<details key={title}>
						<summary>{title}</summary>
						<ScrollRegion label={title}>
							<pre>
								<code>{prettyJson(example)}</code>
							</pre>
						</ScrollRegion>
					</details>
				);
			})}
		</section>
	);
}
