import { describeValue, labelOfField, type MergeConflict } from "@weir/flow";
import { useState } from "react";
import { Value } from "../deploy/field-changes.tsx";
import { nameOfNode } from "../editor/actions.ts";
import { useSaver, useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import type { DraftPort } from "../ports.ts";
import { Dialog } from "../ui/dialog.tsx";
import { toast } from "../view/store.ts";
import { conflictKey } from "./conflict.ts";

/** Two people changed the same thing: each item is mine or theirs, and mine can be kept as a flow of its own. */
export function ConflictDialog({ drafts }: { readonly drafts: DraftPort }) {
	const session = useSession();
	const status = useSaver((saver) => saver?.status);
	const [choices, setChoices] = useState<ReadonlyMap<string, "mine" | "theirs">>(new Map());
	if (status?.kind !== "conflict") return null;
	const finish = () => {
		session.saver?.settleConflict(choices);
		setChoices(new Map());
	};
	const keepCopy = async () => {
		try {
			await drafts.saveAsCopy?.(session.documents.getState().flow);
			session.saver?.takeTheirs();
			toast(session.view, "Your version is kept as a flow of its own.");
		} catch {
			toast(session.view, "Your copy could not be saved. Try again in a moment.", { tone: "error" });
		}
	};
	return (
		<Dialog title="Somebody else changed the same thing" onClose={undefined}>
			<p className="weir-muted">Everything else was put together. Choose what stays, item by item; nothing is saved until you have.</p>
			<ul className="weir-conflicts">
				{status.conflicts.map((conflict) => (
					<ConflictRow
						key={conflictKey(conflict)}
						conflict={conflict}
						name={nameOfNode(session, conflict.nodeId)}
						choice={choices.get(conflictKey(conflict)) ?? "theirs"}
						choose={(side) => setChoices(new Map([...choices, [conflictKey(conflict), side]]))}
					/>
				))}
			</ul>
			<div className="weir-dialog-actions">
				{drafts.saveAsCopy !== undefined && (
					<button type="button" className="weir-button" onClick={() => void keepCopy()}>
						Save mine as copy
					</button>
				)}
				<button type="button" className="weir-button primary" onClick={finish}>
					Keep these and go on
				</button>
			</div>
		</Dialog>
	);
}

interface ConflictRowProps {
	readonly conflict: MergeConflict;
	readonly name: string;
	readonly choice: "mine" | "theirs";
	choose(side: "mine" | "theirs"): void;
}

function ConflictRow({ conflict, name, choice, choose }: ConflictRowProps) {
	const session = useSession();
	const { connections = [] } = useHanded();
	const group = conflictKey(conflict);
	const { nodeId, path } = conflict;
	const kind = session.documents.getState().flow.nodes.find((node) => node.id === nodeId)?.kind ?? "";
	const definition = session.catalogue.get(kind);
	const names = { connection: (id: string) => connections.find((connection) => connection.id === id)?.name };
	const textOf = (side: "mine" | "theirs") => (path === undefined ? undefined : describeValue(definition, path, conflict[side], names));
	return (
		<li>
			<fieldset>
				<legend>
					{name} · {path === undefined ? "the whole node" : labelOfField(definition, path)}
				</legend>
				{(["mine", "theirs"] as const).map((side) => (
					<label key={side} className="weir-choice">
						<input type="radio" name={group} checked={choice === side} onChange={() => choose(side)} />
						<span>{side === "mine" ? "Mine" : "Theirs"}</span>
						{path === undefined ? <span>{conflict[side] === undefined ? "removed" : "kept"}</span> : <Value value={textOf(side)} />}
					</label>
				))}
			</fieldset>
		</li>
	);
}
