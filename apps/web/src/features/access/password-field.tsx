"use client";

import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { TextField } from "../../ui/field.tsx";
import { ACCESS } from "./messages.ts";

/** A password input that may be shown, pasted into and filled by password managers, and warns of Caps Lock. */
export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "type" | "aside">) {
	const [isShown, setIsShown] = useState(false);
	const [hasCapsLock, setHasCapsLock] = useState(false);
	const watchCapsLock = (event: KeyboardEvent) => setHasCapsLock(event.getModifierState("CapsLock"));

	return (
		<TextField
			{...props}
			type={isShown ? "text" : "password"}
			onKeyDown={watchCapsLock}
			onKeyUp={watchCapsLock}
			help={hasCapsLock ? ACCESS.capsLock : props.help}
			aside={
				<button
					type="button"
					className="min-h-6 rounded-input px-1 text-meta font-medium text-accent-text"
					aria-pressed={isShown}
					onClick={() => setIsShown(!isShown)}
				>
					{isShown ? "Hide" : "Show"}
					<span className="sr-only"> password</span>
				</button>
			}
		/>
	);
}
