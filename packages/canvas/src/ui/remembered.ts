import { useState } from "react";

/** A number of this person's screen that is kept on the device. */
export function useRemembered(key: string, otherwise: number): readonly [number, (value: number) => void] {
	const [value, setValue] = useState(() => keptNumber(key) ?? otherwise);
	return [
		value,
		(next) => {
			setValue(next);
			keepNumber(key, next);
		},
	];
}

/** A number above 0 that was kept on this device. */
export function keptNumber(key: string): number | undefined {
	try {
		const kept = Number(localStorage.getItem(key));
		return kept > 0 ? kept : undefined;
	} catch {
		return undefined;
	}
}

export function keepNumber(key: string, value: number): void {
	try {
		localStorage.setItem(key, String(value));
	} catch {
		// A browser that keeps nothing (private windows) just forgets.
	}
}
