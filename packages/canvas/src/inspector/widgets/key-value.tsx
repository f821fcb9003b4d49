import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { XIcon } from "@phosphor-icons/react/dist/csr/X";
import { useState } from "react";
import type { WidgetProps } from "../widget-props.ts";

type Pair = readonly [string, string];

/** Names and values. A pair counts once it has a name. */
export function KeyValueWidget({ spec, value, disabled, change, leave }: WidgetProps) {
	const kept: readonly Pair[] =
		typeof value === "object" && value !== null ? Object.entries(value).map(([name, text]) => [name, String(text)]) : [];
	const [typed, setTyped] = useState<readonly Pair[] | undefined>(undefined);
	const pairs = typed ?? kept;
	const write = (next: readonly Pair[]) => {
		setTyped(next);
		change(Object.fromEntries(next.filter(([name]) => name.trim() !== "")));
	};
	const put = (at: number, pair: Pair) => write(pairs.map((old, i) => (i === at ? pair : old)));
	return (
		<div className="weir-rows">
			{pairs.map(([name, text], i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a pair has no other identity while its name is typed
				<div key={i} className="weir-row">
					<input
						className="weir-input weir-mono"
						aria-label={`Name ${i + 1} of ${spec.meta.title}`}
						disabled={disabled}
						value={name}
						onChange={(event) => put(i, [event.target.value, text])}
						onBlur={leave}
					/>
					<input
						className="weir-input weir-mono"
						aria-label={`Value ${i + 1} of ${spec.meta.title}`}
						disabled={disabled}
						value={text}
						onChange={(event) => put(i, [name, event.target.value])}
						onBlur={leave}
					/>
					<button
						type="button"
						className="weir-icon-button"
						disabled={disabled}
						aria-label={`Remove ${name || `pair ${i + 1}`}`}
						onClick={() => write(pairs.filter((_, j) => j !== i))}
					>
						<XIcon size={12} aria-hidden="true" />
					</button>
				</div>
			))}
			{!disabled && (
				<button type="button" className="weir-button ghost" onClick={() => write([...pairs, ["", ""]])}>
					<PlusIcon size={12} aria-hidden="true" /> Add a pair
				</button>
			)}
		</div>
	);
}
