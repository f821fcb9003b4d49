import { ShieldCheckIcon } from "@phosphor-icons/react/dist/csr/ShieldCheck";
import type { Catalogue } from "@weir/node-kit";
import { type ReactNode, useRef } from "react";
import { plural } from "../format.ts";
import type { NodeIcons, PlanStage } from "../ports.ts";
import { KindTile } from "../ui/icon.tsx";
import { columnsOf } from "./columns.ts";
import { PlanLines } from "./plan-lines.tsx";

export interface PlanViewProps {
	readonly stages: readonly PlanStage[];
	readonly catalogue: Catalogue;
	readonly icons: NodeIcons;
	/** What people call a node. */
	nameOf(node: string): string;
	/** How a stage does now, behind its title. */
	noteOf?(stage: string): ReactNode;
}

const GUARANTEES = {
	"at-most-once": "At most once",
	"at-least-once": "At least once",
	"effectively-once": "Effectively once",
} as const;

/** A drawing cut into stages: what runs together, why, what passes between, and what each sink promises. Read from the left to the right, or from top to bottom. */
export function PlanView({ stages, ...words }: PlanViewProps) {
	const board = useRef<HTMLDivElement>(null);
	const numbers = new Map(stages.map(({ id }, i) => [id, i + 1]));
	return (
		<div className="weir-plan">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take focus, or a keyboard cannot read its end */}
			<section className="weir-plan-scroll" aria-label={`Plan of ${plural(stages.length, "stage")}`} tabIndex={0}>
				<div className="weir-plan-board" ref={board}>
					<PlanLines board={board} stages={stages} />
					{columnsOf(stages).map((column) => (
						<ol key={column[0]?.id} className="weir-plan-column">
							{column.map((stage) => (
								<StageCard key={stage.id} stage={stage} numbers={numbers} {...words} />
							))}
						</ol>
					))}
				</div>
			</section>
		</div>
	);
}

interface StageCardProps extends Omit<PlanViewProps, "stages"> {
	readonly stage: PlanStage;
	readonly numbers: ReadonlyMap<string, number>;
}

function StageCard({ stage, numbers, catalogue, icons, nameOf, noteOf }: StageCardProps) {
	return (
		<li className="weir-plan-stage" data-stage={stage.id}>
			<div className="weir-plan-head">
				<b>Stage {numbers.get(stage.id)}</b>
				<span className="weir-muted">{plural(stage.partitions, "task")}</span>
				{noteOf?.(stage.id)}
			</div>
			<ul className="weir-plan-feeds">
				{stage.feeds.map((feed) =>
					feed.kind === "source" ? (
						<li key={feed.node}>
							Reads {nameOf(feed.node)} in {plural(feed.partitions, "partition")}
						</li>
					) : (
						<li key={`${feed.from} ${feed.to}`}>
							Gets what leaves {nameOf(feed.from)} in stage {numbers.get(feed.stage)}, {feed.how}, in {plural(feed.partitions, "partition")}
						</li>
					),
				)}
			</ul>
			<ol className="weir-plan-nodes">
				{stage.nodes.map(({ id, kind, keepsState }) => (
					<li key={id}>
						<KindTile kind={kind} category={catalogue.get(kind)?.category} icons={icons} size={20} />
						<span>{nameOf(id)}</span>
						{keepsState && <span className="weir-plan-mark">keeps state</span>}
					</li>
				))}
			</ol>
			{stage.sinks.map(({ node, guarantee, needs }) => (
				<p key={node} className="weir-plan-promise">
					<ShieldCheckIcon size={14} aria-hidden="true" />
					<span>
						<b>
							{nameOf(node)}: {GUARANTEES[guarantee].toLowerCase()}.
						</b>
						{needs !== undefined && ` ${needs}`}
					</span>
				</p>
			))}
			<div className="weir-plan-why">
				{stage.because.map((sentence) => (
					<p key={sentence}>{sentence}</p>
				))}
				<p>{stage.commit}</p>
			</div>
		</li>
	);
}
