import { asWeirError, withPlace } from "@weir/errors";
import { type Counters, counterOf, latencyBucket, latencyCounter } from "@weir/jobs";
import type { PostgresMedium, RejectedRow } from "@weir/node-kit";
import type { OpenedTask } from "./open-task.ts";
import type { CheckpointStep, LogCommitMedium, Position } from "./ports.ts";
import type { StageTaskOptions } from "./stage-options.ts";
import { rangeOf } from "./staged-output.ts";

export interface CommitParts {
	readonly options: StageTaskOptions;
	readonly generation: number;
	readonly previous: Position;
	readonly opened: Pick<OpenedTask, "pipeline" | "letters" | "tally" | "writers" | "staged">;
	readonly watermark: number;
	readonly isIdle: boolean;
	/** The sinks have not been made ready yet. */
	readonly prepare: boolean;
	/** Up to where it has read. */
	position(): Position;
	checkpoint(counters: Counters): CheckpointStep;
}

/** Output, position, state, watermark and counters in one commit (I4). Dead letters are written before it: their ids make a repeat harmless. */
export async function commitTask(parts: CommitParts): Promise<CheckpointStep | "fenced"> {
	const { options, opened } = parts;
	await options.deadLetters.put(opened.letters.take());
	let next: CheckpointStep | undefined;
	const settle = (): CheckpointStep => {
		next = parts.checkpoint(parts.opened.tally.snapshot());
		return next;
	};
	const { authority } = options;
	const outcome =
		authority.type === "log"
			? await commitInLog(parts, authority.commits, settle)
			: await commitInConnection(parts, authority.commits, settle);
	if (outcome === "fenced" || next === undefined) {
		await opened.staged.abandon();
		await options.failpoint?.("commit:fenced");
		return "fenced";
	}
	await options.failpoint?.("commit:after");
	return next;
}

type InLog = Extract<StageTaskOptions["authority"], { type: "log" }>["commits"];
type InConnection = Extract<StageTaskOptions["authority"], { type: "connection" }>["commits"];

async function commitInLog(parts: CommitParts, commits: InLog, settle: () => CheckpointStep): Promise<"committed" | "fenced"> {
	const { options } = parts;
	const { pipeline, staged } = parts.opened;
	const mediumOf = (node: string, medium: LogCommitMedium) => ({
		appendCapped: (name: string, entries: readonly Uint8Array[], keep: number) => medium.appendCapped(`${node}/${name}`, entries, keep),
	});
	if (parts.prepare) {
		await commits.prepare(options.task, async (medium) => {
			for (const { node, sink } of pipeline.sinks) {
				if (node !== staged.node) await atNode(node, async () => sink.prepare?.(mediumOf(node, medium)));
			}
		});
	}
	return commits.commit(options.task, parts.generation, parts.previous, settle, async (medium) => {
		for (const { node, sink } of pipeline.sinks) {
			if (node !== staged.node) {
				await deliver(parts, node, () => sink.write(mediumOf(node, medium)));
				continue;
			}
			const range = rangeOf(options.task, options.outside?.flow ?? "", node, parts.previous, parts.position());
			await options.failpoint?.("stage:before");
			await deliver(parts, node, () => staged.write(sink, range, rejecting(parts, node)));
			await options.deadLetters.put(parts.opened.letters.take());
			await options.failpoint?.("stage:after");
		}
		countLatency(parts);
		for (const write of options.stage.writes) {
			const watermark = pipeline.watermarkBehind(write.from.node, parts.watermark);
			for (const append of parts.opened.writers.get(write.exchange)?.take(watermark, parts.isIdle, options.clock.now()) ?? [])
				medium.append(append);
		}
		await options.failpoint?.("commit:gathered");
	});
}

async function commitInConnection(
	parts: CommitParts,
	commits: InConnection,
	settle: () => CheckpointStep,
): Promise<"committed" | "fenced"> {
	const { options } = parts;
	const { pipeline } = parts.opened;
	if (parts.prepare) {
		await commits.prepare(options.task, async (medium) => {
			for (const { node, sink } of pipeline.sinks) await atNode(node, async () => sink.prepare?.(medium));
		});
	}
	return commits.commit(options.task, parts.generation, parts.previous, settle, async (medium) => {
		for (const { node, sink } of pipeline.sinks) {
			const guarded: PostgresMedium = {
				query: (text, values) => medium.query(text, values),
				copy: (statements, bytes) => medium.copy(statements, bytes),
				reject: rejecting(parts, node),
			};
			await deliver(parts, node, () => sink.write(guarded));
		}
		countLatency(parts);
		await options.deadLetters.put(parts.opened.letters.take());
		await options.failpoint?.("commit:written");
	});
}

/** Sets a row aside that the sink's target does not take. */
function rejecting({ opened }: CommitParts, node: string): (record: RejectedRow) => void {
	return (record) => {
		opened.tally.add(counterOf(node, "dead"), 1);
		opened.letters.add(node, { ...record, code: "SINK_REJECTED" });
	};
}

/** Writes one sink. Every row that entered it since the last commit was delivered, or set aside. */
async function deliver(parts: CommitParts, node: string, write: () => Promise<void>): Promise<void> {
	await atNode(node, write);
	const entered = parts.opened.tally.slot(counterOf(node, "in")).n;
	const dead = parts.opened.tally.slot(counterOf(node, "dead")).n;
	parts.opened.tally.slot(counterOf(node, "delivered")).n = entered - dead;
}

/** Names the node whose sink failed. */
async function atNode(node: string, act: () => Promise<void>): Promise<void> {
	try {
		await act();
	} catch (error) {
		throw withPlace(asWeirError(error), { nodeId: node });
	}
}

function countLatency({ opened: { pipeline, tally }, options }: CommitParts): void {
	const nowMs = options.clock.now();
	for (const ingestTimeMs of pipeline.takeIngestTimes()) tally.add(latencyCounter(latencyBucket(nowMs - ingestTimeMs)), 1);
}
