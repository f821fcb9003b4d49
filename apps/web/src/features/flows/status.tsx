import type { FlowStatus } from "../../client/contract.ts";
import { Chip, type ChipTone } from "../../ui/chip.tsx";

const STATUS = {
	draft: { tone: "draft", word: "Draft" },
	starting: { tone: "busy", word: "Starting" },
	live: { tone: "ok", word: "Live" },
	degraded: { tone: "warn", word: "Degraded" },
	paused: { tone: "paused", word: "Paused" },
	draining: { tone: "busy", word: "Draining" },
	stopped: { tone: "paused", word: "Stopped" },
	finished: { tone: "plain", word: "Finished" },
	failed: { tone: "error", word: "Failed" },
} as const satisfies Record<FlowStatus, { readonly tone: ChipTone; readonly word: string }>;

export function statusWord(status: FlowStatus, version: number | undefined): string {
	const { word } = STATUS[status];
	return status !== "draft" && version !== undefined ? `${word} v${version}` : word;
}

export function statusTone(status: FlowStatus): ChipTone {
	return STATUS[status].tone;
}

/** What a flow is doing, in one word and the version that does it. */
export function StatusChip({ status, version }: { readonly status: FlowStatus; readonly version: number | undefined }) {
	return <Chip tone={statusTone(status)}>{statusWord(status, version)}</Chip>;
}
