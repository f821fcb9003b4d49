"use client";

import { useState } from "react";
import type { JobTask } from "../../client/contract.ts";
import { Button } from "../../ui/button.tsx";
import { Chip } from "../../ui/chip.tsx";
import { bytes, duration, exactTime, fullNumber, UNKNOWN } from "../../ui/format.ts";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { byTrouble, TASK_STATES } from "./words.ts";

/** A longer list is opened by a person: thousands of rows that change each second help nobody. */
const SHOWN_AT_FIRST = 16;

interface StageTasksProps {
	readonly title: string;
	/** The nodes that run in it, in their order. */
	readonly nodes: readonly string[];
	readonly tasks: readonly JobTask[];
	nameOf(node: string): string;
}

/** The tasks of one stage: who has them, how far they are, and what they hold. */
export function StageTasks({ title, nodes, tasks, nameOf }: StageTasksProps) {
	const [isOpen, setIsOpen] = useState(false);
	const sorted = [...tasks].sort(byTrouble);
	const shown = isOpen ? sorted : sorted.slice(0, SHOWN_AT_FIRST);
	return (
		<section className="border-b border-hairline last:border-b-0" aria-label={title}>
			<h3 className="flex flex-wrap items-baseline gap-x-2 px-4 pt-3 pb-1">
				<span className="font-semibold">{title}</span>
				<span className="text-muted">{nodes.map(nameOf).join(" → ")}</span>
			</h3>
			<ScrollRegion label={`Tasks of ${title}`} className="max-h-120 overflow-auto">
				<table className="w-table">
					<thead className="sticky top-0 z-1 bg-surface">
						<tr>
							<th scope="col" data-number="">
								Partition
							</th>
							<th scope="col">State</th>
							<th scope="col">Worker</th>
							<th scope="col" data-number="">
								Generation
							</th>
							<th scope="col" data-number="">
								Restarts
							</th>
							<th scope="col" data-number="">
								Lag
							</th>
							<th scope="col">Position</th>
							<th scope="col">Watermark</th>
							<th scope="col">Checkpoint</th>
							<th scope="col" data-number="">
								In memory
							</th>
						</tr>
					</thead>
					<tbody>
						{shown.map((task) => (
							<TaskRow key={task.partition} task={task} nameOf={nameOf} />
						))}
					</tbody>
				</table>
			</ScrollRegion>
			{sorted.length > SHOWN_AT_FIRST ? (
				<div className="flex justify-center border-t border-hairline p-2">
					<Button size="compact" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
						{isOpen ? `Show the first ${SHOWN_AT_FIRST}` : `Show all ${fullNumber(sorted.length)} tasks`}
					</Button>
				</div>
			) : null}
		</section>
	);
}

function TaskRow({ task, nameOf }: { readonly task: JobTask; nameOf(node: string): string }) {
	const [tone, word] = TASK_STATES[task.state];
	const isPausing = task.state === "running" && task.failure !== undefined;
	return (
		<tr>
			<td data-number="">{task.partition}</td>
			<td>
				<Chip tone={isPausing ? "warn" : tone}>{isPausing ? "Pausing" : word}</Chip>
				{task.failure ? <span className="block max-w-90 min-w-60 py-0.5 text-meta text-error-text">{task.failure.message}</span> : null}
			</td>
			<td className="font-mono text-meta whitespace-nowrap text-muted">{task.worker ?? UNKNOWN}</td>
			<td data-number="">{fullNumber(task.generation)}</td>
			<td data-number="" className={task.restarts === 0 ? "text-muted" : undefined}>
				{fullNumber(task.restarts)}
			</td>
			<td data-number="">{fullNumber(task.lagRecords)}</td>
			<td>
				<Position position={task.position} />
			</td>
			<td>
				<Watermark value={task.watermark} />
			</td>
			<td className="whitespace-nowrap">
				<Time at={task.committedAt} />
				{task.storedBytes === undefined ? null : <span className="text-muted tabular-nums"> · {bytes(task.storedBytes)}</span>}
			</td>
			<td data-number="" title={heldTitle(task.stateBytes, nameOf)}>
				{bytes(Object.values(task.stateBytes).reduce((sum, size) => sum + size, 0))}
			</td>
		</tr>
	);
}

/** The last entry committed, of each stream that the task reads. */
function Position({ position }: { readonly position: JobTask["position"] }) {
	const places = Object.entries(position).filter(([, entry]) => entry !== "");
	if (places.length === 0) return <span className="text-muted">at the beginning</span>;
	return places.map(([place, entry]) => (
		<span key={place} className="block font-mono text-meta whitespace-nowrap" title={place}>
			{entry}
		</span>
	));
}

/** How far event time is behind the clock in this task. */
function Watermark({ value }: { readonly value: JobTask["watermark"] }) {
	const now = useNow();
	if (value === "end") return "at the end";
	if (value === undefined || value === null) return <span className="text-muted">{UNKNOWN}</span>;
	return (
		<span className="whitespace-nowrap" title={exactTime(value)}>
			{value > now ? "ahead" : `${duration(now - value)} behind`}
		</span>
	);
}

function heldTitle(stateBytes: JobTask["stateBytes"], nameOf: (node: string) => string): string | undefined {
	const nodes = Object.entries(stateBytes).filter(([, size]) => size > 0);
	return nodes.length === 0 ? undefined : nodes.map(([node, size]) => `${nameOf(node)}: ${bytes(size)}`).join(", ");
}
