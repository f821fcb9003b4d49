import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { SaverState } from "../autosave/saver.ts";
import type { DocumentState } from "../document/store.ts";
import type { LiveActions, LiveValues } from "../live/store.ts";
import type { Analysis } from "../problems/store.ts";
import type { ViewState } from "../view/store.ts";
import type { Session } from "./session.ts";

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
	const session = useContext(SessionContext);
	if (session === undefined) throw new Error("A part of the editor was drawn outside FlowEditor and FlowView.");
	return session;
}

export function useDocument<T>(pick: (state: DocumentState) => T): T {
	return useStore(useSession().documents, pick);
}

export function useView<T>(pick: (state: ViewState) => T): T {
	return useStore(useSession().view, pick);
}

export function useLive<T>(pick: (state: LiveValues & LiveActions) => T): T {
	return useStore(useSession().live, pick);
}

export function useAnalysis<T>(pick: (state: Analysis) => T): T {
	return useStore(useSession().analysis, pick);
}

const NEVER_SAVED = { getState: () => undefined, getInitialState: () => undefined, subscribe: () => () => {} };

/** Undefined where nothing is saved. */
export function useSaver<T>(pick: (state: SaverState | undefined) => T): T {
	const saver = useSession().saver;
	return useStore(saver === undefined ? NEVER_SAVED : saver.state, pick as (state: unknown) => T);
}
