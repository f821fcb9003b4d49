import "server-only";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { nodeCases } from "./cases.ts";

/** The worked examples of a node type: the very ones its tests play. */
export async function NodeExamples({ kind }: { readonly kind: string }) {
	const cases = await nodeCases(kind);
	if (cases.length === 0) return null;
	return (
		<section>
			<h2 id="examples">Examples</h2>
			<p>Each of these is also a test: it is played straight through, and again thrown away and restored after every step.</p>
			{cases.map(({ title, text }) => (
				<details key={title}>
					<summary>{title}</summary>
					<ScrollRegion label={title}>
						<pre>
							<code>{text}</code>
						</pre>
					</ScrollRegion>
				</details>
			))}
		</section>
	);
}
