import { createContext, useContext } from "react";
import type { FlowEditorProps } from "../ports.ts";

/** What the page hands the editor and may change while it is open. */
export type Handed = Pick<
	FlowEditorProps,
	| "connections"
	| "onNewConnection"
	| "targets"
	| "editors"
	| "samples"
	| "taps"
	| "templates"
	| "onTryTemplate"
	| "deploy"
	| "permissions"
	| "readOnlyReason"
	| "nodeExtras"
	| "docsHref"
	| "flowName"
	| "deadLettersHref"
	| "headerStart"
	| "headerEnd"
>;

export const HandedContext = createContext<Handed>({ permissions: { edit: false, deploy: false, readData: false } });

export function useHanded(): Handed {
	return useContext(HandedContext);
}
