import type { FunctionDescription } from "@weir/expressions";
import { type KeyboardEvent, useRef, useState } from "react";
import type { WidgetProps } from "../widget-props.ts";
import { completionsAt, functionAt, insertCompletion } from "./completion.ts";

/** An SQL expression over the fields that arrive: offers field names while typing, and underlines the word that is wrong. */
export function ExpressionWidget({ spec, value, disabled, input, problems, control, change, leave }: WidgetProps) {
	const text = typeof value === "string" ? value : "";
	const area = useRef<HTMLTextAreaElement>(null);
	const [caret, setCaret] = useState(0);
	const [open, setOpen] = useState(false);
	const [focused, setFocused] = useState(false);
	const [at, setAt] = useState(0);
	const offers = open && !disabled ? completionsAt(text, caret, input) : [];
	const active = Math.min(at, offers.length - 1);
	const take = (word: string) => {
		const next = insertCompletion(text, caret, word);
		change(next.text);
		setOpen(false);
		requestAnimationFrame(() => {
			area.current?.focus();
			area.current?.setSelectionRange(next.caret, next.caret);
			setCaret(next.caret);
		});
	};
	const onKeyDown = (event: KeyboardEvent) => {
		if (offers.length === 0) {
			if (event.key !== "Escape" || help === undefined) return;
			setFocused(false);
			event.stopPropagation();
			return;
		}
		const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
		const offer = offers[active];
		if (step !== 0) setAt((active + step + offers.length) % offers.length);
		else if ((event.key === "Enter" || event.key === "Tab") && offer !== undefined) take(offer.word);
		else if (event.key === "Escape") setOpen(false);
		else return;
		event.preventDefault();
		event.stopPropagation();
	};
	const listId = `${control.id}-offers`;
	const help = offers.length > 0 ? offers[active]?.help : focused ? functionAt(text, caret) : undefined;
	const wrong = problems.find((problem) => problem.at !== undefined)?.at;
	return (
		<div className="weir-expression">
			<div className="weir-expression-under weir-mono" aria-hidden="true">
				<Underlined text={text} at={wrong} />
			</div>
			<textarea
				{...control}
				ref={area}
				className="weir-input weir-mono"
				rows={Math.min(8, Math.max(spec.meta.placeholder === undefined ? 1 : 1, text.split("\n").length, Math.ceil(text.length / 36)))}
				role="combobox"
				aria-expanded={offers.length > 0}
				aria-controls={listId}
				aria-autocomplete="list"
				aria-activedescendant={offers.length > 0 ? `${listId}-${active}` : undefined}
				spellCheck={false}
				autoCapitalize="off"
				placeholder={spec.meta.placeholder ?? "temperature > 20"}
				disabled={disabled}
				value={text}
				onChange={(event) => {
					change(event.target.value === "" && spec.isOptional && spec.initial === undefined ? undefined : event.target.value);
					setCaret(event.target.selectionStart);
					setOpen(true);
					setAt(0);
				}}
				onFocus={() => setFocused(true)}
				onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
				onKeyDown={onKeyDown}
				onBlur={() => {
					setOpen(false);
					setFocused(false);
					leave();
				}}
			/>
			{offers.length > 0 && (
				<div className="weir-offers">
					<div role="listbox" id={listId} aria-label="Fields and words" tabIndex={-1}>
						{offers.map((offer, i) => (
							<div
								key={offer.word}
								id={`${listId}-${i}`}
								role="option"
								tabIndex={-1}
								aria-selected={i === active}
								className="weir-option"
								onPointerDown={(event) => {
									event.preventDefault();
									take(offer.word);
								}}
							>
								<span className="weir-mono">{offer.word}</span>
								<span className="weir-option-detail">{offer.detail}</span>
							</div>
						))}
					</div>
					{help !== undefined && <FunctionHelp help={help} />}
				</div>
			)}
			{offers.length === 0 && help !== undefined && (
				<div className="weir-offers">
					<FunctionHelp help={help} />
				</div>
			)}
		</div>
	);
}

/** How a function is written, what it does, and an example. */
function FunctionHelp({ help: { signature, summary, example } }: { readonly help: FunctionDescription }) {
	return (
		<div className="weir-function-help">
			<code className="weir-mono">{signature}</code>
			<span>{summary}</span>
			<code className="weir-mono">{example}</code>
		</div>
	);
}

function Underlined({
	text,
	at,
}: {
	readonly text: string;
	readonly at: { readonly line: number; readonly column: number; readonly word: string } | undefined;
}) {
	if (at === undefined) return null;
	const lines = text.split("\n");
	const start = lines.slice(0, at.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + at.column - 1;
	const end = start + Math.max(1, at.word.length);
	return (
		<>
			{text.slice(0, start)}
			<span className="weir-wavy">{text.slice(start, end) || " "}</span>
			{text.slice(end)}
		</>
	);
}
