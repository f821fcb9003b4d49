"use client";

import { CheckIcon } from "@phosphor-icons/react/dist/csr/Check";
import { CopyIcon } from "@phosphor-icons/react/dist/csr/Copy";
import { useEffect, useId, useState } from "react";
import { ScrollRegion } from "./scroll-region.tsx";
import { useNotify } from "./toast.tsx";

/** Copies text and says so, in sight and to a screen reader. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
	const [isCopied, setIsCopied] = useState(false);
	const notify = useNotify();
	useEffect(() => {
		if (!isCopied) return;
		const timer = setTimeout(() => setIsCopied(false), 2000);
		return () => clearTimeout(timer);
	}, [isCopied]);

	async function copy() {
		try {
			await navigator.clipboard.writeText(text);
			setIsCopied(true);
		} catch {
			notify({ title: "The browser did not allow copying.", description: "Select the text and copy it by hand.", isError: true });
		}
	}

	return (
		<button
			type="button"
			className="w-button"
			data-kind="ghost"
			data-size="compact"
			data-icon-only=""
			aria-label={isCopied ? "Copied" : label}
			title={label}
			onClick={copy}
		>
			{isCopied ? <CheckIcon size={14} className="text-ok" aria-hidden="true" /> : <CopyIcon size={14} aria-hidden="true" />}
			<span className="sr-only" aria-live="polite">
				{isCopied ? "Copied." : ""}
			</span>
		</button>
	);
}

/** One line to copy: an address, a topic, a token. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
	const id = useId();
	return (
		<div className="flex flex-col gap-1.5">
			<label htmlFor={id} className="font-medium">
				{label}
			</label>
			<div className="flex items-center gap-1 rounded-control bg-sunken py-0.5 pr-0.5">
				<input
					id={id}
					readOnly
					value={text}
					onFocus={(event) => event.target.select()}
					className="h-7 min-w-0 flex-1 rounded-control bg-transparent px-2.5 font-mono text-meta"
				/>
				<CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
			</div>
		</div>
	);
}

/** Several lines to copy: a command, a program. */
export function CopyBlock({ label, text }: { readonly label: string; readonly text: string }) {
	return (
		<div className="relative rounded-control bg-sunken">
			<ScrollRegion label={label} className="overflow-x-auto rounded-control p-3 pr-11">
				<pre className="font-mono text-meta leading-5 break-words whitespace-pre-wrap">{text}</pre>
			</ScrollRegion>
			<div className="absolute top-1.5 right-1.5">
				<CopyButton text={text} label={`Copy: ${label}`} />
			</div>
		</div>
	);
}
