import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { CircleDashedIcon } from "@phosphor-icons/react/dist/csr/CircleDashed";
import { CircleNotchIcon } from "@phosphor-icons/react/dist/csr/CircleNotch";
import { useEffect, useState } from "react";
import { useSession, useView } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { DeployPort, DeployPreview, DeployStep } from "../ports.ts";
import { ProblemRows } from "../problems/problem-rows.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { toast } from "../view/store.ts";
import { PreviewSections } from "./preview-sections.tsx";
import { offerRollBack } from "./roll-back.tsx";
import { sentenceOf } from "./sentence.ts";

const STEPS: readonly DeployStep[] = ["validating", "draining", "starting", "live"];
const STEP_WORDS: Readonly<Record<DeployStep, string>> = {
	validating: "validating",
	draining: "handing over",
	starting: "starting",
	live: "live",
};

/** Says what a deploy does before it does it, then shows how far it is. */
export function DeployDialog() {
	const open = useView((view) => view.deployOpen);
	const { deploy, permissions } = useHanded();
	if (!open || deploy === undefined || !permissions.deploy) return null;
	return <OpenDialog port={deploy} />;
}

type Look =
	| { readonly kind: "loading" }
	| { readonly kind: "ready"; readonly preview: DeployPreview }
	| { readonly kind: "failed"; readonly message: string };

function OpenDialog({ port }: { readonly port: DeployPort }) {
	const session = useSession();
	const [look, setLook] = useState<Look>({ kind: "loading" });
	const [note, setNote] = useState(() => session.view.getState().deployNote);
	const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
	const [partitions, setPartitions] = useState<number>();
	const [step, setStep] = useState<DeployStep | undefined>(undefined);
	const [failure, setFailure] = useState<string | undefined>(undefined);
	const [opened] = useState(port);
	const close = () => session.view.setState({ deployOpen: false, deployNote: "" });
	useEffect(() => {
		let gone = false;
		const load = async () => {
			try {
				await session.saver?.flush();
				const preview = await opened.preview(partitions);
				if (!gone) setLook({ kind: "ready", preview });
			} catch (error) {
				if (!gone) setLook({ kind: "failed", message: sentenceOf(error, "What would change could not be found out.") });
			}
		};
		void load();
		return () => {
			gone = true;
		};
	}, [session, opened, partitions]);
	const run = async () => {
		setFailure(undefined);
		setStep("validating");
		try {
			await port.deploy(note.trim(), setStep, [...fresh], partitions);
			close();
			offerRollBack(session);
			toast(session.view, "The flow is live.");
		} catch (error) {
			setStep(undefined);
			setFailure(sentenceOf(error, "The deploy failed; what ran before runs on."));
		}
	};
	const errors = look.kind === "ready" ? look.preview.problems.filter((problem) => problem.severity === "error") : [];
	const warnings = look.kind === "ready" ? look.preview.problems.filter((problem) => problem.severity === "warning") : [];
	return (
		<Dialog title="Deploy" width="middle" onClose={step === undefined ? close : undefined}>
			{look.kind === "loading" && <p className="weir-muted">Looking at what changes…</p>}
			{look.kind === "failed" && (
				<p className="weir-callout" data-tone="error">
					{look.message}
				</p>
			)}
			{failure !== undefined && (
				<p className="weir-callout" data-tone="error" role="alert">
					{failure}
				</p>
			)}
			{look.kind === "ready" && (
				<div className="weir-dialog-scroll">
					{errors.length > 0 && (
						<section id="weir-deploy-blockers" className="weir-callout" data-tone="error" onClickCapture={close}>
							<h3>Put these right first</h3>
							<ProblemRows problems={errors} emptyText="" />
						</section>
					)}
					{warnings.length > 0 && (
						<section className="weir-callout" data-tone="warn" onClickCapture={close}>
							<h3>Worth a look</h3>
							<ProblemRows problems={warnings} emptyText="" />
						</section>
					)}
					<PreviewSections
						preview={look.preview}
						fresh={fresh}
						disabled={step !== undefined}
						onPartitions={setPartitions}
						onFresh={(node, isFresh) =>
							setFresh((before) => new Set(isFresh ? [...before, node] : [...before].filter((id) => id !== node)))
						}
					/>
					<label className="weir-label" htmlFor="weir-deploy-note">
						Note
					</label>
					<input
						id="weir-deploy-note"
						className="weir-input"
						maxLength={200}
						placeholder="What changed, in a few words"
						disabled={step !== undefined}
						value={note}
						onChange={(event) => setNote(event.target.value)}
					/>
				</div>
			)}
			{step !== undefined && <Progress at={step} />}
			<div className="weir-dialog-actions">
				<button type="button" className="weir-button" disabled={step !== undefined} onClick={close}>
					Cancel
				</button>
				<button
					type="button"
					className="weir-button primary"
					disabled={look.kind !== "ready" || errors.length > 0 || step !== undefined}
					aria-describedby={errors.length > 0 ? "weir-deploy-blockers" : undefined}
					onClick={() => void run()}
				>
					Deploy
				</button>
			</div>
		</Dialog>
	);
}

function Progress({ at }: { readonly at: DeployStep }) {
	const now = STEPS.indexOf(at);
	return (
		<ol className="weir-progress" aria-label="Progress" role="status">
			{STEPS.map((step, i) => (
				<li key={step} aria-current={i === now ? "step" : undefined} data-done={i < now || undefined}>
					{i < now ? (
						<CheckCircleIcon size={14} aria-hidden="true" />
					) : i === now ? (
						<CircleNotchIcon size={14} aria-hidden="true" />
					) : (
						<CircleDashedIcon size={14} aria-hidden="true" />
					)}
					{STEP_WORDS[step]}
				</li>
			))}
		</ol>
	);
}
