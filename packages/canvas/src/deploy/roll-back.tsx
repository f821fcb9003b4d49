import { ArrowCounterClockwiseIcon } from "@phosphor-icons/react/dist/csr/ArrowCounterClockwise";
import { useState } from "react";
import { undo } from "../editor/actions.ts";
import { useSession, useView } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { Session } from "../editor/session.ts";
import { toast } from "../view/store.ts";
import { sentenceOf } from "./sentence.ts";

const OFFERED_MS = 600_000;

const timers = new WeakMap<Session, ReturnType<typeof setTimeout>>();

/** A version just went live: the way back is offered for ten minutes. */
export function offerRollBack(session: Session): void {
	clearTimeout(timers.get(session));
	timers.set(
		session,
		setTimeout(() => session.view.setState({ canRollBack: false }), OFFERED_MS),
	);
	session.view.setState({ canRollBack: true });
}

/** Draws the version before again, as one step, and opens the deploy dialog: what it does to state is said before it happens. */
export function RollBackButton() {
	const session = useSession();
	const isOffered = useView((view) => view.canRollBack);
	const before = useHanded().deploy?.versionBefore;
	const [isReading, setIsReading] = useState(false);
	if (!isOffered || before === undefined || !session.canEdit) return null;
	const rollBack = async () => {
		setIsReading(true);
		try {
			const flow = await before.read();
			session.documents.getState().change(() => flow, { label: `roll back to version ${before.version}` });
			session.view.setState({ deployOpen: true, deployNote: `Roll back to version ${before.version}` });
			toast(session.view, `The drawing is version ${before.version} again.`, { action: { label: "Undo", run: () => undo(session) } });
		} catch (error) {
			toast(session.view, sentenceOf(error, `Version ${before.version} cannot be read.`), { tone: "error" });
		} finally {
			setIsReading(false);
		}
	};
	return (
		<button
			type="button"
			className="weir-button ghost small"
			title={`Deploy version ${before.version} again`}
			disabled={isReading}
			onClick={() => void rollBack()}
		>
			<ArrowCounterClockwiseIcon size={14} aria-hidden="true" />
			Roll back
		</button>
	);
}
