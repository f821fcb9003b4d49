import { useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { exportFlow } from "./transfer.ts";

/** Saves the drawing as a file; for menus that a page puts into the editor's header. */
export function useExportFlow(): () => void {
	const session = useSession();
	const { flowName } = useHanded();
	return () => exportFlow(session, flowName ?? "flow");
}
