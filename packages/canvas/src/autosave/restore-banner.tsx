import { contentText, layoutText, mergeFlows } from "@weir/flow";
import { useEffect, useState } from "react";
import { useSession } from "../editor/context.ts";
import { clockTime } from "../format.ts";
import { deviceKeeper, type KeptDraft } from "./device.ts";

/** Work that did not reach the server before the page went away is offered once. */
export function RestoreBanner() {
	const session = useSession();
	const [kept, setKept] = useState<KeptDraft | undefined>(undefined);
	useEffect(() => {
		if (session.saver === undefined) return;
		let gone = false;
		void deviceKeeper.read(session.flowId).then((found) => {
			if (gone || found === undefined) return;
			const { flow } = session.documents.getState();
			const isSame = contentText(found.flow) === contentText(flow) && layoutText(found.flow) === layoutText(flow);
			if (isSame) void deviceKeeper.forget(session.flowId);
			else setKept(found);
		});
		return () => {
			gone = true;
		};
	}, [session]);
	if (kept === undefined) return null;
	const restore = () => {
		session.documents.getState().change((flow) => mergeFlows(kept.base, kept.flow, flow, "mine").merged, { label: "restore unsaved work" });
		setKept(undefined);
	};
	const drop = () => {
		void deviceKeeper.forget(session.flowId);
		setKept(undefined);
	};
	return (
		<div className="weir-banner" role="status" data-testid="restore-banner">
			<span>Work from {clockTime(kept.at)} was kept on this device and never saved.</span>
			<button type="button" className="weir-button small" onClick={restore}>
				Restore it
			</button>
			<button type="button" className="weir-button small ghost" onClick={drop}>
				Discard it
			</button>
		</div>
	);
}
