import { WeirError } from "@weir/errors";
import { createReader } from "@weir/formats";
import { counterOf, exchangeOwner } from "@weir/jobs";
import type { SourceInput as PlannedSource } from "@weir/planner";
import { type Field, fieldNamed, type RecordBatch, type RecordSchema, withColumns } from "@weir/records";
import type { DeadLetterBox } from "./dead-letter-box.ts";
import { ExchangeInput } from "./exchange-input.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Checkpoint, StreamRef } from "./ports.ts";
import { SourceInput } from "./source-input.ts";
import { type SourcePlace, sourcePlaces } from "./source-places.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import type { Tally } from "./tally.ts";
import type { Deliver, TaskInput } from "./task-input.ts";
import { exchangeStream, placeKey } from "./task-name.ts";
import type { TaskState } from "./task-state.ts";

/** Makes the inputs of a task as its checkpoint left them. */
export function openInputs(
	options: StageTaskOptions,
	parts: { readonly pipeline: Pipeline; readonly tally: Tally; readonly letters: DeadLetterBox },
	checkpoint: Pick<Checkpoint, "position">,
	state: TaskState,
): readonly TaskInput[] {
	const { stage, task } = options;
	const positionOf = (stream: StreamRef, partition = task.partition) => {
		const place = placeKey(stream, partition);
		return checkpoint.position[place] ?? options.startPosition?.[place] ?? "";
	};
	const inputs: TaskInput[] = [];
	const exchanges = new Map<string, Deliver[]>();
	for (const input of stage.inputs) {
		if (input.type === "exchange") {
			const entries = exchanges.get(input.exchange) ?? [];
			entries.push(parts.pipeline.entryOfEdge(input.edge, input.to, input.columns));
			exchanges.set(input.exchange, entries);
			continue;
		}
		inputs.push(...openSources(options, parts, input, (place) => positionOf(place.stream, place.partition), state));
	}
	for (const [id, deliver] of exchanges) {
		const exchange = options.plan.exchanges.find((candidate) => candidate.id === id);
		if (exchange === undefined) throw new WeirError("INVARIANT_BROKEN", `The plan has no exchange ${id}.`);
		const stream = exchangeStream(task.tenant, exchangeOwner(task.job, options.carried, id), id);
		const place = { stream, partition: task.partition, position: positionOf(stream) };
		const node = stage.inputs.find((input) => input.type === "exchange" && input.exchange === id);
		const target = node?.type === "exchange" ? node.to.node : stage.id;
		const refuse = (batch: RecordBatch, row: number, reason: string) => {
			parts.tally.add(counterOf(target, "in"), 1);
			parts.tally.add(counterOf(target, "dead"), 1);
			parts.letters.addRow(target, batch, row, "RECORD_POISONOUS", reason);
		};
		inputs.push(new ExchangeInput(place, exchange.producers, state.inputs.get(placeKey(stream, task.partition)), deliver, refuse));
	}
	return inputs;
}

/** An input for each partition that holds records of the task; those of a newer generation wait for all of the older ones. */
function openSources(
	options: StageTaskOptions,
	parts: { readonly pipeline: Pipeline; readonly tally: Tally; readonly letters: DeadLetterBox },
	input: PlannedSource,
	positionOf: (place: SourcePlace) => string,
	state: TaskState,
): readonly SourceInput[] {
	const { task, stage, limits } = options;
	const endpoint = options.endpoints[input.node];
	const node = stage.nodes.find((candidate) => candidate.id === input.node);
	if (endpoint === undefined || node === undefined) {
		throw new WeirError("NODE_CONFIG_INVALID", "A source of this flow has no endpoint; save the flow again and deploy it.", {
			context: { nodeId: input.node },
		});
	}
	const { reading } = input;
	const decoded = Object.values(node.outputs)[0] ?? { fields: [] };
	const schema = withFields(decoded, reading.schema, [reading.eventTimeField, reading.keyField]);
	const entered = parts.tally.slot(counterOf(input.node, "in"));
	const dead = parts.tally.slot(counterOf(input.node, "dead"));
	const deliver = parts.pipeline.entryOfSource(input.node);
	const opened: SourceInput[] = [];
	for (const place of sourcePlaces(task.tenant, endpoint, input, task.partition)) {
		const older = opened.filter((one) => one.generation < place.generation);
		opened.push(
			new SourceInput(
				{
					...place,
					older,
					position: positionOf(place),
					timing: reading,
					batchRows: limits.batchRows,
					deliver:
						schema === decoded ? deliver : (batch) => deliver(withColumns(batch, decoded, batch.columns.slice(0, decoded.fields.length))),
					createReader: (setAside) =>
						createReader(
							{
								format: reading.format,
								schema,
								maxFutureMs: reading.maxFutureMs,
								...(reading.eventTimeField === undefined ? {} : { eventTimeField: reading.eventTimeField }),
								...(reading.missingEventTime === undefined ? {} : { missingEventTime: reading.missingEventTime }),
								...(reading.keyField === undefined ? {} : { keyField: reading.keyField }),
							},
							setAside,
						),
					setAside(failure) {
						dead.n += 1;
						parts.letters.add(input.node, { ...failure, eventTimeMs: failure.ingestTimeMs });
					},
					count(rows) {
						entered.n += rows;
					},
				},
				state.inputs.get(placeKey(place.stream, place.partition)),
			),
		);
	}
	return opened;
}

/** Event time and key must be decoded even where no operator asks for their fields: they go behind the others. */
function withFields(decoded: RecordSchema, whole: RecordSchema, names: readonly (string | undefined)[]): RecordSchema {
	const added: Field[] = [];
	for (const name of names) {
		if (name === undefined || [...decoded.fields, ...added].some((field) => field.name === name)) continue;
		const field = fieldNamed(whole, name);
		if (field === undefined) throw new WeirError("NODE_CONFIG_INVALID", `The schema of a source has no field ${name}.`);
		added.push(field);
	}
	return added.length === 0 ? decoded : { fields: [...decoded.fields, ...added] };
}
