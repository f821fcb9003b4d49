import { newId } from "../document/ids.ts";
import type { Session } from "../editor/session.ts";
import { plural } from "../format.ts";
import { selectNodes, toast } from "../view/store.ts";
import { readFlow } from "./read-flow.ts";
import { takeIn } from "./take-in.ts";

/** A flow of 500 nodes is a tenth of this. */
const MAX_FILE_BYTES = 8_000_000;

/** Draws a saved flow, as one step; says what is wrong with the text instead when it is none. */
export function importFlow(session: Session, text: string): void {
	if (!session.canEdit) return;
	const read = readFlow(text);
	if ("fault" in read) {
		toast(session.view, read.fault, { tone: "error" });
		return;
	}
	const { documents, view, catalogue, canvas } = session;
	const before = new Set(documents.getState().flow.nodes.map((node) => node.id));
	documents.getState().change((flow) => takeIn(flow, read.flow, newId), { label: "import a flow" });
	const added = documents.getState().flow.nodes.filter((node) => !before.has(node.id));
	selectNodes(view, before.size === 0 ? [] : added.map((node) => node.id));
	const unknown = added.filter((node) => !catalogue.has(node.kind)).length;
	const missing = unknown === 0 ? "" : ` This Weir has no type for ${plural(unknown, "of them", "of them")}; the problems say which.`;
	toast(view, `Imported ${plural(added.length, "node")}.${missing}`);
	requestAnimationFrame(() => requestAnimationFrame(() => canvas.current?.fit()));
}

export async function importFile(session: Session, file: File): Promise<void> {
	try {
		if (file.size > MAX_FILE_BYTES) toast(session.view, `${file.name} is too big to be a saved flow.`, { tone: "error" });
		else importFlow(session, await file.text());
	} catch {
		toast(session.view, `${file.name} cannot be read.`, { tone: "error" });
	}
}

/** Lets the person choose a saved flow. */
export function chooseFile(session: Session): void {
	const input = document.createElement("input");
	input.type = "file";
	input.accept = ".json,application/json";
	input.addEventListener("change", () => {
		const [file] = input.files ?? [];
		if (file !== undefined) void importFile(session, file);
	});
	input.click();
}

/** Hands the drawing, as it is on the screen, to the browser as a file. */
export function exportFlow(session: Session, name: string): void {
	const text = `${JSON.stringify(session.documents.getState().flow, null, "\t")}\n`;
	const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
	const link = document.createElement("a");
	link.href = address;
	link.download = `${fileName(name)}.json`;
	link.click();
	// A browser reads the blob after the click; let go of it in the next task at the earliest.
	setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

function fileName(name: string): string {
	return (
		name
			.toLowerCase()
			.replace(/[^\p{L}\p{N}]+/gu, "-")
			.replace(/^-+|-+$/g, "") || "flow"
	);
}
