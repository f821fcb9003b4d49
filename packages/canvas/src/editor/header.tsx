import { ArrowUUpLeftIcon } from "@phosphor-icons/react/dist/csr/ArrowUUpLeft";
import { ArrowUUpRightIcon } from "@phosphor-icons/react/dist/csr/ArrowUUpRight";
import { RocketLaunchIcon } from "@phosphor-icons/react/dist/csr/RocketLaunch";
import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { SaveStatusLine } from "../autosave/status-line.tsx";
import { RollBackButton } from "../deploy/roll-back.tsx";
import { plural } from "../format.ts";
import { redo, undo } from "./actions.ts";
import { useAnalysis, useDocument, useSession } from "./context.ts";
import { useHanded } from "./handed.ts";
import { StatusChip } from "./status-chip.tsx";

/** The bar on top: where we are, what is saved, what is wrong, and the way to deploy. */
export function Header() {
	const session = useSession();
	const { headerStart, headerEnd, deploy, permissions } = useHanded();
	const canUndo = useDocument((state) => state.history.past.length > 0);
	const canRedo = useDocument((state) => state.history.future.length > 0);
	const undoLabel = useDocument((state) => state.history.past.at(-1)?.label);
	const errors = useAnalysis((state) => state.problems.filter((problem) => problem.severity === "error").length);
	const count = useAnalysis((state) => state.problems.length);
	return (
		<header className="weir-header">
			<div className="weir-header-start">
				{headerStart}
				{deploy !== undefined && <StatusChip tone={deploy.chip.tone} text={deploy.chip.text} />}
				{permissions.deploy && <RollBackButton />}
				{deploy?.undeployedChanges !== undefined && deploy.undeployedChanges > 0 && (
					<span className="weir-status-chip">{plural(deploy.undeployedChanges, "undeployed change")}</span>
				)}
				{count > 0 && (
					<button
						type="button"
						className="weir-status-chip"
						data-tone={errors > 0 ? "error" : "warn"}
						onClick={() => session.view.setState({ bottom: "problems" })}
					>
						<WarningIcon size={14} aria-hidden="true" />
						{plural(count, "problem")}
					</button>
				)}
			</div>
			<div className="weir-header-end">
				<SaveStatusLine />
				{session.canEdit && (
					<>
						<button
							type="button"
							className="weir-icon-button"
							aria-label="Undo"
							title={undoLabel === undefined ? "Undo" : `Undo: ${undoLabel}`}
							disabled={!canUndo}
							onClick={() => undo(session)}
						>
							<ArrowUUpLeftIcon size={18} aria-hidden="true" />
						</button>
						<button type="button" className="weir-icon-button" aria-label="Redo" disabled={!canRedo} onClick={() => redo(session)}>
							<ArrowUUpRightIcon size={18} aria-hidden="true" />
						</button>
					</>
				)}
				{headerEnd}
				{deploy !== undefined && permissions.deploy && session.canEdit && (
					<button
						type="button"
						className="weir-button primary"
						disabled={deploy.undeployedChanges === 0}
						onClick={() => session.view.setState({ deployOpen: true })}
					>
						<RocketLaunchIcon size={16} aria-hidden="true" />
						Deploy
					</button>
				)}
			</div>
		</header>
	);
}
