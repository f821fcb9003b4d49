export type ThemeChoice = "system" | "light" | "dark";

const STORAGE_KEY = "weir-theme";

/** Runs before the first paint, so that the page never shows in the wrong mode or with the menu in the wrong width. */
export const THEME_SCRIPT = `(function(){var d=document.documentElement;var m=matchMedia("(prefers-color-scheme: dark)");function s(){var c=null;try{c=localStorage.getItem("${STORAGE_KEY}")}catch(e){}d.dataset.mode=c==="light"||c==="dark"?c:(m.matches?"dark":"light")}s();m.addEventListener("change",s);try{d.dataset.sidebar=localStorage.getItem("weir-sidebar")||"open"}catch(e){}})()`;

export function readTheme(): ThemeChoice {
	try {
		const stored = localStorage.getItem(STORAGE_KEY);
		return stored === "light" || stored === "dark" ? stored : "system";
	} catch {
		// Storage may be forbidden; the system's choice is right then.
		return "system";
	}
}

export function applyTheme(choice: ThemeChoice): void {
	try {
		if (choice === "system") localStorage.removeItem(STORAGE_KEY);
		else localStorage.setItem(STORAGE_KEY, choice);
	} catch {
		// Without storage the choice holds until the page is left.
	}
	const isDark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
	document.documentElement.dataset.mode = isDark ? "dark" : "light";
}
