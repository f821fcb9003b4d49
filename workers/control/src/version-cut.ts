import type { LiveReports, LogCommits, OutsideTargets, SinkAuthorities } from "@weir/backends";
import type { StoredJob, WorkerStore } from "@weir/db";
import { asWeirError, isWeirError } from "@weir/errors";
import { exchangeOwner, type HandOver, reportedWatermark } from "@weir/jobs";
import type { Carry, Plan, Stage } from "@weir/planner";
import {
	type Ancestor,
	exchangeStream,
	type Lineage,
	type Log,
	type Position,
	placeKey,
	positionOf,
	type Standing,
	sourceRange,
} from "@weir/runtime";
import type { Logger } from "@weir/telemetry";

export interface CutParts {
	readonly store: WorkerStore;
	readonly log: Log;
	readonly logAuthority: LogCommits;
	readonly sinks: SinkAuthorities;
	readonly outside: OutsideTargets;
	readonly reports: LiveReports;
	readonly lineage: Lineage;
	readonly logger: Logger;
}

/** Where a job starts, and what it takes over. */
export interface Cut {
	readonly startPosition: Position;
	readonly carried: HandOver;
}

const NOTHING: Cut = { startPosition: {}, carried: { exchanges: {}, unreadable: [] } };

/** A job with what it takes to ask its tasks where they stand. */
interface Known {
	readonly job: StoredJob;
	readonly ancestor: Ancestor;
}

/**
 * Takes a flow from one version to the next (I12). The tasks of the version before are retired: nobody may lease them again, and a newer
 * generation planted at their checkpoints fences whoever still holds one. From then on those checkpoints never change, and the tasks of the new
 * version begin with them. Where rows are on their way in an exchange that the new version does not go on with, its readers read it to the end first.
 */
export class VersionCut {
	readonly #parts: CutParts;
	/** Stages that this process has seen fenced, by job. */
	readonly #fenced = new Map<string, Set<string>>();
	readonly #told = new Set<string>();

	constructor(parts: CutParts) {
		this.#parts = parts;
	}

	/** Undefined: the version before is not through yet; ask again. Safe to repeat. */
	async of(job: StoredJob): Promise<Cut | undefined> {
		const { store, lineage } = this.#parts;
		const previous = job.previous === undefined ? undefined : await store.job(job.previous);
		if (previous === undefined) return NOTHING;
		const before = await this.#known(previous);
		const after = await this.#known(job);
		if (before === undefined || after === undefined) return NOTHING;
		// A drain that was asked for closes its windows: there is nothing to take over but the places.
		if (previous.wanted === "drained" && !isAtRest(previous)) return undefined;
		if (previous.startPosition === undefined) {
			// It never began. Where it would have begun is where this one begins.
			const cut = await this.of(previous);
			if (cut === undefined) return undefined;
			await store.setCut(previous.id, cut.startPosition, cut.carried);
			return this.of(job);
		}
		if (job.startsAnew) return this.#rewind(before, after.ancestor, job.fromMs ?? 0);
		const carry = lineage.carry(before.ancestor, after.ancestor);
		const unreadable = await this.#retireAll(before, carry, after.ancestor.plan);
		if (unreadable === undefined) return undefined;
		const cut = await this.#settle(before, after.ancestor, carry, unreadable);
		this.#fenced.delete(previous.id);
		return cut;
	}

	/** Retires what ran, and takes nothing over: the streams are read again from a time on. */
	async #rewind(before: Known, after: Ancestor, fromMs: number): Promise<Cut> {
		const { log, store } = this.#parts;
		await this.#end(before, after.plan);
		const { places, heldFromMs } = await sourceRange(log, { ...after, fromMs });
		if (heldFromMs !== undefined && heldFromMs > fromMs) {
			const text = `The flow was rewound to ${new Date(fromMs).toISOString()}, and the log holds its records from ${new Date(heldFromMs).toISOString()} on: it begins there.`;
			await store.addEvent(before.job, "records-forgotten", text);
		}
		this.#fenced.delete(before.job.id);
		return { startPosition: positionOf(places, "after"), carried: { exchanges: {}, unreadable: [] } };
	}

	/** Retires what ran for a job that takes nothing over from it; answers how far it had come. Safe to repeat. */
	async end(previous: StoredJob, next: Plan): Promise<Position> {
		const before = await this.#known(previous);
		return before === undefined ? {} : this.#end(before, next);
	}

	async #end(before: Known, next: Plan): Promise<Position> {
		const { log, store } = this.#parts;
		const { job, ancestor } = before;
		const position: Record<string, string> = {};
		for (const stage of ancestor.plan.stages) {
			const isReadable = await this.#retire(before, stage, next);
			for (let partition = 0; partition < stage.partitions; partition++) {
				const last = isReadable
					? await this.#last(ancestor, stage, partition).catch((error: unknown) => refuseUnlessCorrupt(error))
					: await this.#reported(job, stage, partition);
				if (last === undefined || last === "corrupt") continue;
				Object.assign(position, last.position);
				const retried = last.state?.retried ?? 0;
				if (job.retrySeq > 0 && retried > 0) await store.settleRetries({ job: job.id, stage: stage.id, partition }, retried);
			}
		}
		if (job.retrySeq > 0) await store.returnRetries(job.id);
		for (const { id, partitions } of ancestor.plan.exchanges) {
			await log.drop(exchangeStream(ancestor.tenant, exchangeOwner(ancestor.id, ancestor.carried, id), id), partitions);
		}
		return position;
	}

	async #known(job: StoredJob): Promise<Known | undefined> {
		const ancestor = await this.#parts.store.ancestor(job.id);
		return ancestor === undefined ? undefined : { job, ancestor };
	}

	/** Retires every stage, readers of an exchange that ends here last. Undefined: some still read. Else the stages that could not be read. */
	async #retireAll(before: Known, carry: Carry, next: Plan): Promise<readonly string[] | undefined> {
		const { plan } = before.ancestor;
		const unreadable: string[] = [];
		const retired = new Set<string>();
		const canDrain = before.job.state !== "failed" && before.job.state !== "finished";
		const open = canDrain ? carry.drains : [];
		for (let moved = true; moved && retired.size < plan.stages.length; ) {
			moved = false;
			for (const stage of plan.stages) {
				if (retired.has(stage.id)) continue;
				const awaited = open.filter((drain) => drain.stage === stage.id).map((drain) => drain.exchange);
				const isFed = awaited.some((exchange) => plan.stages.some((one) => writes(one, exchange) && !retired.has(one.id)));
				if (isFed || !(await this.#isRead(before, stage, awaited))) continue;
				if (!(await this.#retire(before, stage, next))) unreadable.push(stage.id);
				retired.add(stage.id);
				moved = true;
			}
		}
		if (retired.size === plan.stages.length) return unreadable;
		await this.#letDrain(before);
		return undefined;
	}

	/** The readers of a stage have come to the end of these exchanges. */
	async #isRead(before: Known, stage: Stage, exchanges: readonly string[]): Promise<boolean> {
		for (const exchange of exchanges) {
			for (let partition = 0; partition < stage.partitions; partition++) {
				if ((await this.#unread(before.ancestor, stage, exchange, partition)).isBehind) return false;
			}
		}
		return true;
	}

	async #unread(ancestor: Ancestor, stage: Stage, exchange: string, partition: number): Promise<{ isBehind: boolean; rows: number }> {
		const { log, lineage } = this.#parts;
		const stream = exchangeStream(ancestor.tenant, exchangeOwner(ancestor.id, ancestor.carried, exchange), exchange);
		const { last, records } = await log.state(stream, partition);
		const standing = await lineage.standing(ancestor, stage, partition).catch((error: unknown) => refuseUnlessCorrupt(error));
		if (standing === "corrupt") return { isBehind: false, rows: 0 };
		const place = placeKey(stream, partition);
		const isBehind = log.compare(standing?.position[place] ?? "", last) < 0;
		return { isBehind, rows: isBehind ? Math.max(0, records - (standing?.state.inputs.get(place)?.records ?? 0)) : 0 };
	}

	/** False: its checkpoints cannot be read, and nobody waits for that. */
	async #retire({ job }: Known, stage: Stage, next: Plan): Promise<boolean> {
		const { store, logger } = this.#parts;
		const fenced = this.#fenced.get(job.id) ?? new Set<string>();
		this.#fenced.set(job.id, fenced);
		if (fenced.has(stage.id)) return true;
		const places = Array.from({ length: stage.partitions }, (_, partition) => ({ stage: stage.id, partition }));
		await store.ensureTasks(job, places);
		const tasks = await store.retireTasks(job, [stage.id]);
		try {
			const commits = await this.#commitsOf(job.tenant, stage);
			for (const { partition, generation } of tasks) {
				await commits.acquire({ tenant: job.tenant, job: job.id, stage: stage.id, partition }, generation);
			}
		} catch (error) {
			const isLeft = stage.authority.type === "connection" && !usesConnection(next, stage.authority.connection);
			if (job.state !== "failed" && !isLeft) throw error;
			// Its database refuses us: that is why it failed, or why it is left. What it reported last is what it had committed.
			logger.warn("The checkpoints of a stage that is given up cannot be read; its last reports are used.", {
				failed: error,
				jobId: job.id,
			});
			return false;
		}
		await this.#settleOutside(job, stage, next, tasks);
		fenced.add(stage.id);
		return true;
	}

	/** What the retired tasks have committed and not made visible yet is made visible now: nobody else will. */
	async #settleOutside(
		{ tenant, id, state }: StoredJob,
		stage: Stage,
		next: Plan,
		tasks: readonly { readonly partition: number }[],
	): Promise<void> {
		if (stage.outside === undefined) return;
		const { logAuthority, outside, logger } = this.#parts;
		try {
			for (const { partition } of tasks) {
				await outside.settle(tenant, stage, await logAuthority.read({ tenant, job: id, stage: stage.id, partition }));
			}
		} catch (error) {
			// Its target refuses us: that is why it failed, or why it is left.
			if (state !== "failed" && usesConnection(next, stage.outside.connection)) throw error;
			logger.warn("What a stage that is given up wrote last cannot be made visible; it stays unfinished in its target.", {
				failed: error,
				jobId: id,
			});
		}
	}

	async #commitsOf(tenant: string, stage: Stage) {
		return stage.authority.type === "log" ? this.#parts.logAuthority : await this.#parts.sinks.of(tenant, stage.authority.connection);
	}

	/** Rows are on their way that only the version before can take: it has to run for that. */
	async #letDrain({ job }: Known): Promise<void> {
		const { store } = this.#parts;
		if (job.wanted === "stopped") await store.setWanted(job.id, "running");
		if (this.#told.has(job.id)) return;
		this.#told.add(job.id);
		await store.addEvent(
			job,
			"handing-over",
			"The new version waits while the one before writes the records that are on their way between its stages: they are grouped or shaped differently in the new one.",
		);
	}

	async #settle(before: Known, after: Ancestor, carry: Carry, refused: readonly string[]): Promise<Cut> {
		const { log, store } = this.#parts;
		const { job, ancestor } = before;
		const position: Record<string, string> = {};
		const note = (places: Position) => {
			for (const [place, entry] of Object.entries(places)) if (!place.endsWith("+")) position[place] = entry;
		};
		note(job.startPosition ?? {});
		const unreadable = [...refused];
		for (const stage of ancestor.plan.stages)
			if (!refused.includes(stage.id) && (await this.#isCorrupt(before, stage))) unreadable.push(stage.id);
		let hasEnded = job.state === "finished";
		for (const stage of ancestor.plan.stages) {
			for (let partition = 0; partition < stage.partitions; partition++) {
				const standing = unreadable.includes(stage.id)
					? await this.#reported(job, stage, partition)
					: await this.#last(ancestor, stage, partition);
				note(standing?.position ?? {});
				const retried = standing?.state?.retried ?? 0;
				if (job.retrySeq > 0 && retried > 0) await store.settleRetries({ job: job.id, stage: stage.id, partition }, retried);
				if (standing?.state?.isDone) hasEnded = true;
			}
		}
		if (job.retrySeq > 0) await store.returnRetries(job.id);
		const exchanges: Record<string, HandOver["exchanges"][string]> = {};
		for (const exchange of after.plan.exchanges) {
			if (hasEnded || !carry.exchanges.has(exchange.id)) continue;
			const owner = exchangeOwner(ancestor.id, ancestor.carried, exchange.id);
			const rows: Record<string, number> = {};
			for (const stage of after.plan.stages) {
				const from = carry.stages.get(stage.id)?.exchanges.find((one) => one.exchange === exchange.id)?.from;
				const reader = ancestor.plan.stages.find((one) => one.id === from);
				if (!stage.inputs.some((input) => input.type === "exchange" && input.exchange === exchange.id)) continue;
				for (let partition = 0; partition < exchange.partitions; partition++) {
					const stream = exchangeStream(ancestor.tenant, owner, exchange.id);
					// A reader that is new begins with what the new version writes.
					if (reader === undefined) position[placeKey(stream, partition)] = (await log.state(stream, partition)).last;
					else if (!unreadable.includes(reader.id)) {
						rows[`${stage.id}/${partition}`] = (await this.#unread(ancestor, reader, exchange.id, partition)).rows;
					}
				}
			}
			exchanges[exchange.id] = { job: owner, rows };
		}
		await this.#tellLeft(before, hasEnded ? undefined : carry);
		for (const { id, partitions } of ancestor.plan.exchanges) {
			const owner = exchangeOwner(ancestor.id, ancestor.carried, id);
			if (exchanges[id] === undefined) await log.drop(exchangeStream(ancestor.tenant, owner, id), partitions);
		}
		return { startPosition: position, carried: { exchanges, unreadable } };
	}

	/** Where a task of the version before stands for good; its figures are put right on the way. */
	async #last(ancestor: Ancestor, stage: Stage, partition: number): Promise<Standing | undefined> {
		const { lineage, reports } = this.#parts;
		const committed = await lineage.committed(ancestor, stage, partition);
		if (committed === undefined) return lineage.firstOf(ancestor, stage, partition);
		const { position, counters } = committed;
		const task = { tenant: ancestor.tenant, job: ancestor.id, stage: stage.id, partition };
		await reports.correct(task, { position, counters, watermark: reportedWatermark(committed.watermark) });
		return committed;
	}

	/** Something of what the tasks of a stage hold is damaged: the stage begins empty, at its places. */
	async #isCorrupt({ job, ancestor }: Known, stage: Stage): Promise<boolean> {
		for (let partition = 0; partition < stage.partitions; partition++) {
			try {
				await this.#parts.lineage.standing(ancestor, stage, partition);
			} catch (error) {
				refuseUnlessCorrupt(error);
				await this.#parts.store.addEvent(
					job,
					"state-lost",
					`What was stored of a stage is damaged, and the new version begins without it: ${asWeirError(error).message}`,
				);
				return true;
			}
		}
		return false;
	}

	/** Where a task of a stage that cannot be read stands: by its checkpoint, else by what it reported last. */
	async #reported(job: StoredJob, stage: Stage, partition: number): Promise<Pick<Standing, "position"> & { readonly state?: undefined }> {
		const task = { tenant: job.tenant, job: job.id, stage: stage.id, partition };
		const checkpoint = await this.#commitsOf(job.tenant, stage)
			.then((commits) => commits.read(task))
			.catch(() => undefined);
		if (checkpoint !== undefined) return { position: checkpoint.position };
		const reports = await this.#parts.reports.ofJob(job.id);
		return { position: reports.find((one) => one.stage === stage.id && one.partition === partition)?.position ?? {} };
	}

	/** Rows that were on their way where the version before cannot go on, and that the new one has no place for. */
	async #tellLeft({ job, ancestor }: Known, carry: Carry | undefined): Promise<void> {
		if (job.state !== "failed") return;
		const all = ancestor.plan.stages.flatMap((stage) =>
			stage.inputs.flatMap((input) => (input.type === "exchange" ? [{ stage: stage.id, exchange: input.exchange }] : [])),
		);
		let rows = 0;
		for (const drain of carry?.drains ?? all) {
			const stage = ancestor.plan.stages.find((one) => one.id === drain.stage);
			for (let partition = 0; stage !== undefined && partition < stage.partitions; partition++) {
				const unread = await this.#unread(ancestor, stage, drain.exchange, partition).catch(() => undefined);
				rows += unread?.rows ?? 0;
			}
		}
		if (rows === 0) return;
		const text = `${rows.toLocaleString("en")} records were on their way between two stages of the version that failed, and the new one has no place for them: they are lost.`;
		await this.#parts.store.addEvent(job, "records-lost", text, { records: rows });
	}
}

/** Damage never goes away: the rest goes on without. Any other failure is asked again. */
function refuseUnlessCorrupt(error: unknown): "corrupt" {
	if (isWeirError(error) && error.code === "STATE_CORRUPT") return "corrupt";
	throw error;
}

function isAtRest(job: StoredJob): boolean {
	return job.state === "finished" || job.state === "failed";
}

function writes(stage: Stage, exchange: string): boolean {
	return stage.writes.some((write) => write.exchange === exchange);
}

function usesConnection(plan: Plan, connection: string): boolean {
	return plan.stages.some(
		({ authority, outside }) =>
			(authority.type === "connection" && authority.connection === connection) || outside?.connection === connection,
	);
}
