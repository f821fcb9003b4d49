import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { ProblemRows } from "../problems/problem-rows.tsx";
import { TapPanel } from "../tap/tap-panel.tsx";
import { useRemembered } from "../ui/remembered.ts";
import { Splitter } from "../ui/splitter.tsx";
import { useAnalysis, useSession, useView } from "./context.ts";

/** Under the canvas: the records of what is tapped, or everything that is wrong. */
export function BottomPanel() {
	const session = useSession();
	const tab = useView((view) => view.bottom);
	const problems = useAnalysis((state) => state.problems);
	const [height, setHeight] = useRemembered("weir-bottom-height", 168);
	if (tab === undefined) return null;
	return (
		<section
			className="weir-bottom"
			id="weir-bottom"
			aria-label={tab === "data" ? "Live data" : "Problems"}
			style={{ "--weir-bottom-height": `${height}px` } as React.CSSProperties}
		>
			<Splitter
				label="Height of the panel"
				controls="weir-bottom"
				orientation="horizontal"
				size={height}
				min={168}
				max={480}
				resize={setHeight}
			/>
			{tab === "data" ? (
				<TapPanel />
			) : (
				<>
					<div className="weir-tap-head">
						<span className="weir-panel-title">Problems</span>
						<span className="weir-status-chip">{problems.length}</span>
					</div>
					<div className="weir-bottom-scroll">
						<ProblemRows problems={problems} emptyText="Nothing is wrong with this flow." />
					</div>
				</>
			)}
			<button
				type="button"
				className="weir-icon-button weir-bottom-close"
				aria-label="Close the panel"
				onClick={() => session.view.setState({ bottom: undefined })}
			>
				<XIcon size={14} aria-hidden="true" />
			</button>
		</section>
	);
}
