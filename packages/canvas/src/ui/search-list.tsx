import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

export interface Choice {
	readonly id: string;
	readonly text: string;
	/** Other words it is found by. */
	readonly also?: readonly string[];
	readonly detail?: string | undefined;
	readonly icon?: ReactNode;
	readonly badge?: string | undefined;
}

export interface SearchListProps {
	readonly label: string;
	readonly placeholder: string;
	readonly choices: readonly Choice[];
	readonly emptyText: string;
	onChoose(id: string): void;
	onClose(): void;
}

/** A search box over a list: type, go up and down, Enter chooses, Escape closes. */
export function SearchList({ label, placeholder, choices, emptyText, onChoose, onClose }: SearchListProps) {
	const [text, setText] = useState("");
	const [at, setAt] = useState(0);
	const listId = useId();
	const input = useRef<HTMLInputElement>(null);
	useEffect(() => input.current?.focus({ preventScroll: true }), []);
	const found = rankChoices(choices, text);
	const active = Math.min(at, found.length - 1);
	const onKeyDown = (event: KeyboardEvent) => {
		const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
		if (step !== 0) setAt((active + step + found.length) % Math.max(1, found.length));
		else if (event.key === "Enter") {
			const choice = found[active];
			if (choice !== undefined) onChoose(choice.id);
		} else if (event.key === "Escape") onClose();
		else return;
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<div className="weir-search-list">
			<input
				ref={input}
				className="weir-input"
				role="combobox"
				aria-expanded="true"
				aria-controls={listId}
				aria-activedescendant={found[active] === undefined ? undefined : `${listId}-${active}`}
				aria-label={label}
				placeholder={placeholder}
				value={text}
				onChange={(event) => {
					setText(event.target.value);
					setAt(0);
				}}
				onKeyDown={onKeyDown}
			/>
			<OptionList id={listId} label={label} found={found} active={active} text={text} onChoose={onChoose} emptyText={emptyText} />
		</div>
	);
}

interface OptionListProps {
	readonly id: string;
	readonly label: string;
	readonly found: readonly Choice[];
	readonly active: number;
	readonly text: string;
	readonly emptyText: string;
	onChoose(id: string): void;
}

export function OptionList({ id, label, found, active, text, emptyText, onChoose }: OptionListProps) {
	if (found.length === 0) return <p className="weir-empty-line">{emptyText}</p>;
	return (
		<div className="weir-options" role="listbox" id={id} aria-label={label} tabIndex={-1}>
			{found.map((choice, i) => (
				<div
					key={choice.id}
					id={`${id}-${i}`}
					role="option"
					tabIndex={-1}
					aria-selected={i === active}
					className="weir-option"
					data-kind={choice.id}
					onPointerDown={(event) => event.preventDefault()}
					onClick={() => onChoose(choice.id)}
					onKeyDown={(event) => event.key === "Enter" && onChoose(choice.id)}
				>
					{choice.icon}
					<span className="weir-option-words">
						<span className="weir-option-title">
							<Marked text={choice.text} part={text} />
						</span>
						{choice.detail !== undefined && <span className="weir-option-detail">{choice.detail}</span>}
					</span>
					{choice.badge !== undefined && <span className="weir-badge">{choice.badge}</span>}
				</div>
			))}
		</div>
	);
}

/** Best match first: the beginning of the title, a word of it, another word, the detail. Ties keep their order. */
export function rankChoices(choices: readonly Choice[], text: string): readonly Choice[] {
	const wanted = text.trim().toLowerCase();
	if (wanted === "") return choices;
	return choices
		.map((choice) => ({ choice, score: scoreOf(choice, wanted) }))
		.filter(({ score }) => score > 0)
		.toSorted((a, b) => b.score - a.score)
		.map(({ choice }) => choice);
}

function scoreOf(choice: Choice, wanted: string): number {
	const title = choice.text.toLowerCase();
	if (title.startsWith(wanted)) return 5;
	if (title.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return 4;
	if (choice.also?.some((word) => word.toLowerCase().startsWith(wanted)) === true) return 3;
	if (title.includes(wanted)) return 2;
	return choice.detail?.toLowerCase().includes(wanted) === true ? 1 : 0;
}

function Marked({ text, part }: { readonly text: string; readonly part: string }) {
	const at = part.trim() === "" ? -1 : text.toLowerCase().indexOf(part.trim().toLowerCase());
	if (at < 0) return text;
	const end = at + part.trim().length;
	return (
		<>
			{text.slice(0, at)}
			<mark>{text.slice(at, end)}</mark>
			{text.slice(end)}
		</>
	);
}
