import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import type { NodeDefinition } from "@weir/node-kit";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { addKind } from "../editor/actions.ts";
import { useSession } from "../editor/context.ts";
import { useHanded } from "../editor/handed.ts";
import { OptionList, rankChoices } from "../ui/search-list.tsx";
import { badgeOf, choiceOf } from "./choices.tsx";
import { closedSections, recentKinds, rememberClosed } from "./memory.ts";
import { PaletteRow } from "./palette-row.tsx";
import { sectionsOf } from "./sections.ts";

/** The left panel: everything that can be put on the canvas, by click, drag or key. */
export function Palette() {
	const session = useSession();
	const { connections } = useHanded();
	const [text, setText] = useState("");
	const [at, setAt] = useState(0);
	const input = useRef<HTMLInputElement>(null);
	const rows = useRef<HTMLDivElement>(null);
	const listId = useId();
	const sections = useMemo(() => sectionsOf(session.catalogue), [session]);
	const found = useMemo(
		() =>
			rankChoices(
				sections.flatMap((section) => section.definitions.map((definition) => choiceOf(definition, connections))),
				text,
			),
		[sections, connections, text],
	);
	const searching = text.trim() !== "";
	const active = Math.min(at, found.length - 1);
	const onKeyDown = (event: KeyboardEvent) => {
		const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
		if (step !== 0 && searching) setAt((active + step + found.length) % Math.max(1, found.length));
		else if (step === 1) rows.current?.querySelector<HTMLElement>(".weir-palette-row")?.focus();
		else if (event.key === "Enter" && searching) {
			const choice = found[active];
			if (choice !== undefined) addKind(session, choice.id);
		} else if (event.key === "Escape") {
			if (searching) setText("");
			else session.canvas.current?.focusPane();
		} else return;
		event.preventDefault();
		event.stopPropagation();
	};
	return (
		<nav className="weir-palette" id="weir-palette" aria-label="Palette" tabIndex={-1}>
			<div className="weir-palette-search">
				<input
					ref={input}
					id="weir-palette-search"
					className="weir-input"
					type="text"
					role="combobox"
					aria-expanded={searching}
					aria-controls={listId}
					aria-activedescendant={searching && found.length > 0 ? `${listId}-${active}` : undefined}
					aria-label="Search nodes"
					placeholder="Search nodes"
					autoComplete="off"
					value={text}
					disabled={!session.canEdit}
					onChange={(event) => {
						setText(event.target.value);
						setAt(0);
					}}
					onKeyDown={onKeyDown}
				/>
			</div>
			<div className="weir-palette-body" ref={rows}>
				{searching ? (
					<OptionList
						id={listId}
						label="Nodes found"
						found={found}
						active={active}
						text={text}
						emptyText={`Nothing is called “${text}”. Try another word.`}
						onChoose={(kind) => addKind(session, kind)}
					/>
				) : (
					<Sections sections={sections} connections={connections} />
				)}
			</div>
		</nav>
	);
}

function Sections({
	sections,
	connections,
}: {
	readonly sections: ReturnType<typeof sectionsOf>;
	readonly connections: Parameters<typeof badgeOf>[1];
}) {
	const session = useSession();
	const [closed, setClosed] = useState<ReadonlySet<string>>(closedSections);
	const [recent] = useState(recentKinds);
	const recentDefinitions = recent.flatMap((kind) => session.catalogue.get(kind) ?? []);
	const toggle = (title: string) => {
		const next = new Set(closed);
		if (!next.delete(title)) next.add(title);
		setClosed(next);
		rememberClosed(next);
	};
	const all = [...(recentDefinitions.length > 0 ? [{ title: "Recently used", definitions: recentDefinitions }] : []), ...sections];
	let isFirst = true;
	const stop = (definition: NodeDefinition, key: string) => {
		const first = isFirst;
		isFirst = false;
		return <PaletteRow key={key} definition={definition} badge={badgeOf(definition, connections)} isTabStop={first} />;
	};
	return all.map(({ title, definitions }) => {
		const open = !closed.has(title);
		return (
			<section key={title} className="weir-palette-section">
				<h3>
					<button type="button" aria-expanded={open} onClick={() => toggle(title)}>
						{title}
						{open ? <CaretDownIcon size={12} aria-hidden="true" /> : <CaretRightIcon size={12} aria-hidden="true" />}
					</button>
				</h3>
				{open && <ul>{definitions.map((definition) => stop(definition, `${title} ${definition.kind}`))}</ul>}
			</section>
		);
	});
}
