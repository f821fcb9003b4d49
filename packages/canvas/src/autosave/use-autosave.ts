import { useEffect } from "react";
import { useSession } from "../editor/context.ts";

/** Saves when the page is left or hidden, and asks again when the network is back. */
export function useAutosave(): void {
	const session = useSession();
	useEffect(() => {
		const { saver } = session;
		if (saver === undefined) return;
		const leave = () => void saver.flush({ keepalive: true });
		const hide = () => document.visibilityState === "hidden" && leave();
		const back = () => void saver.flush();
		window.addEventListener("blur", leave);
		window.addEventListener("pagehide", leave);
		window.addEventListener("online", back);
		document.addEventListener("visibilitychange", hide);
		return () => {
			window.removeEventListener("blur", leave);
			window.removeEventListener("pagehide", leave);
			window.removeEventListener("online", back);
			document.removeEventListener("visibilitychange", hide);
		};
	}, [session]);
}
