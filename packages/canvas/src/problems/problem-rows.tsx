import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { Problem } from "@weir/errors";
import { carryOut, fixLabel, goToField, nameOfNode } from "../editor/actions.ts";
import { useSession } from "../editor/context.ts";

/** Problems as sentences; a click leads to the field, a button puts right what can be put right. */
export function ProblemRows({ problems, emptyText }: { readonly problems: readonly Problem[]; readonly emptyText: string }) {
	const session = useSession();
	if (problems.length === 0) return <p className="weir-muted weir-empty-line">{emptyText}</p>;
	const go = (problem: Problem) => {
		if (problem.nodeId !== undefined) goToField(session, problem.nodeId, problem.path);
		else if (problem.edgeId !== undefined) session.view.setState({ edges: new Set([problem.edgeId]), nodes: new Set() });
	};
	return (
		<ul className="weir-problems">
			{problems.map((problem) => (
				<li
					key={`${problem.code} ${problem.nodeId ?? ""} ${problem.edgeId ?? ""} ${problem.path ?? ""} ${problem.message}`}
					data-code={problem.code}
					data-severity={problem.severity}
				>
					{problem.severity === "error" ? (
						<XCircleIcon size={14} role="img" aria-label="Error" />
					) : (
						<WarningIcon size={14} role="img" aria-label="Warning" />
					)}
					<button
						type="button"
						className="weir-problem"
						disabled={problem.nodeId === undefined && problem.edgeId === undefined}
						onClick={() => go(problem)}
					>
						{problem.nodeId !== undefined && <span className="weir-problem-where">{nameOfNode(session, problem.nodeId)}</span>}
						<span>{problem.message}</span>
					</button>
					{problem.fix !== undefined && session.canEdit && problem.fix.action !== "focus-field" && (
						<button type="button" className="weir-button small" onClick={() => carryOut(session, problem)}>
							{fixLabel(problem.fix)}
						</button>
					)}
				</li>
			))}
		</ul>
	);
}
