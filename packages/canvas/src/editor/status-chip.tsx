import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { CircleDashedIcon } from "@phosphor-icons/react/dist/csr/CircleDashed";
import { CircleNotchIcon } from "@phosphor-icons/react/dist/csr/CircleNotch";
import { WarningIcon } from "@phosphor-icons/react/dist/csr/Warning";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { DeployPort } from "../ports.ts";

const ICONS = { idle: CircleDashedIcon, ok: CheckCircleIcon, warn: WarningIcon, error: XCircleIcon, accent: CircleNotchIcon } as const;

/** "Live v12" with its shape and colour. */
export function StatusChip({ tone, text }: DeployPort["chip"]) {
	const Icon = ICONS[tone];
	return (
		<span className="weir-status-chip" data-tone={tone} data-testid="flow-chip">
			<Icon size={14} aria-hidden="true" />
			{text}
		</span>
	);
}
