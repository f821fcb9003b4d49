import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { CircleDashedIcon } from "@phosphor-icons/react/dist/csr/CircleDashed";
import { CircleNotchIcon } from "@phosphor-icons/react/dist/csr/CircleNotch";
import { PauseCircleIcon } from "@phosphor-icons/react/dist/csr/PauseCircle";
import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { LiveState } from "../ports.ts";

const ICONS = {
	ok: CheckCircleIcon,
	warn: WarningIcon,
	failing: XCircleIcon,
	paused: PauseCircleIcon,
	starting: CircleNotchIcon,
	draft: CircleDashedIcon,
} as const;

export const STATE_WORDS: Readonly<Record<LiveState, string>> = {
	ok: "running",
	warn: "needs a look",
	failing: "failing",
	paused: "paused",
	starting: "starting",
	draft: "not deployed",
};

/** State as a shape and a word, never as colour alone. */
export function StateIcon({ state, word, size = 14 }: { readonly state: LiveState; readonly word?: string; readonly size?: number }) {
	const Icon = ICONS[state];
	return <Icon className="weir-state" data-state={state} size={size} weight="regular" role="img" aria-label={word ?? STATE_WORDS[state]} />;
}
