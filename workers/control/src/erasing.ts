import type { LogCommits, MeasuredLog, SinkAuthorities, Traces } from "@weir/backends";
import type { DeletedFlow, DeletedTenant, Erasures, Remains } from "@weir/db";
import { asWeirError } from "@weir/errors";
import { endpointStream, exchangeStream } from "@weir/runtime";
import type { Logger } from "@weir/telemetry";

export interface ErasingParts {
	readonly openOperator: () => Promise<
		Pick<Erasures, "deletedFlows" | "deletedTenants" | "dropResults" | "endJobs" | "eraseRows" | "settleFlow">
	>;
	readonly log: Pick<MeasuredLog, "bury" | "drop" | "eraseTenant">;
	readonly logAuthority: Pick<LogCommits, "forget">;
	readonly sinks: Pick<SinkAuthorities, "of">;
	/** Takes the jobs' slices out of the queue. */
	readonly queue: { forget(jobs: ReadonlySet<string>): Promise<void> };
	/** Erases what control Redis knows. */
	eraseTraces(traces: Traces): Promise<void>;
	readonly logger: Pick<Logger, "info" | "warn">;
	/** Until then doors may go on from what they knew of devices and endpoints. */
	readonly doorsMs?: number;
	/** How long a database of the tenant's own that does not answer is tried again. */
	readonly patienceMs?: number;
	/** Named places where a test may end it. */
	readonly failpoint?: (name: string) => Promise<void>;
}

const DOORS_MS = 6_000;
const PATIENCE_MS = 300_000;
const FLOWS_AT_ONCE = 50;
const MANAGED = "managed";

/**
 * Erases deleted tenants, and what deleted flows have outside the control database (I13, decision 0020): first nobody can write any more, not even a
 * process that sleeps meanwhile, then what is there goes. Every step is safe to repeat, and the rows that say what is to go are the last to go.
 */
export class Erasing {
	readonly #parts: ErasingParts;
	#operator: Awaited<ReturnType<ErasingParts["openOperator"]>> | undefined;
	#isBusy = false;

	constructor(parts: ErasingParts) {
		this.#parts = parts;
	}

	/** One look at all that is to be erased. What fails is tried again the next time, and holds back nothing else. */
	async round(): Promise<void> {
		if (this.#isBusy) return;
		this.#isBusy = true;
		try {
			this.#operator ??= await this.#parts.openOperator();
			for (const deleted of await this.#operator.deletedTenants()) await this.#guarded("A tenant", () => this.#eraseTenant(deleted));
			for (const flow of await this.#operator.deletedFlows(FLOWS_AT_ONCE)) {
				await this.#guarded("What a deleted flow has left", () => this.#eraseFlow(flow));
			}
		} finally {
			this.#isBusy = false;
		}
	}

	async #guarded(what: string, act: () => Promise<void>): Promise<void> {
		await act().catch((error: unknown) =>
			this.#parts.logger.warn(`${what} could not be erased yet; it is tried again.`, { failed: error }),
		);
	}

	async #eraseTenant({ tenant, agoMs }: DeletedTenant): Promise<void> {
		const { log, logAuthority, queue, eraseTraces, logger, doorsMs = DOORS_MS } = this.#parts;
		const operator = this.#operator;
		if (operator === undefined) return;
		const { endpoints, jobs } = await operator.endJobs(tenant);
		await this.#reached("jobs-ended");
		if (agoMs < doorsMs) return;
		await log.bury([tenant]);
		for (const { id, stages } of jobs) {
			if (stages.some(({ authority }) => authority.type === "log")) await logAuthority.forget(tenant, id);
		}
		const unreached = await this.#forgetInSinks(tenant, jobs, agoMs);
		if (unreached === undefined) return;
		await this.#reached("checkpoints-forgotten");
		await log.eraseTenant(tenant);
		await this.#reached("log-erased");
		await eraseTraces({ tenant, endpoints, jobs });
		await queue.forget(new Set(jobs.map(({ id }) => id)));
		await this.#reached("traces-erased");
		await operator.dropResults(tenant);
		await this.#reached("results-dropped");
		// Once more: what was being taken while it was forgotten the first time has come to its end since.
		await this.#forgetInSinks(tenant, jobs, Number.POSITIVE_INFINITY);
		await operator.eraseRows(tenant, { endpoints: endpoints.length, jobs: jobs.length, unreached });
		logger.info("A tenant was erased.", { tenantId: tenant, unreached });
	}

	/** Answers the connections whose databases keep checkpoints because they cannot be reached; undefined: it is to be tried again. */
	async #forgetInSinks(tenant: string, jobs: Remains["jobs"], agoMs: number): Promise<readonly string[] | undefined> {
		const unreached: string[] = [];
		for (const connection of connectionsOf(jobs)) {
			// That database goes as a whole.
			if (connection === MANAGED) continue;
			const isDone = await this.#inSink(tenant, connection, agoMs, (sink) => sink.forgetTenant(tenant));
			if (isDone === undefined) return undefined;
			if (!isDone) unreached.push(connection);
		}
		return unreached;
	}

	async #eraseFlow(flow: DeletedFlow): Promise<void> {
		const { log, logAuthority, queue, eraseTraces, doorsMs = DOORS_MS } = this.#parts;
		const { tenant, remains, agoMs } = flow;
		if (agoMs < doorsMs) return;
		const { endpoints, jobs } = remains;
		await log.bury(endpoints.map(({ id }) => id));
		const unreached: string[] = [];
		for (const { id: job, stages } of jobs) {
			if (stages.some(({ authority }) => authority.type === "log")) await logAuthority.forget(tenant, job);
		}
		for (const connection of connectionsOf(jobs)) {
			const own = jobs.filter(({ stages }) =>
				stages.some(({ authority }) => authority.type === "connection" && authority.connection === connection),
			);
			const isDone = await this.#inSink(tenant, connection, agoMs, async (sink) => {
				for (const { id } of own) await sink.forget(tenant, id);
			});
			if (isDone === undefined) return;
			if (!isDone) unreached.push(connection);
		}
		await this.#reached("checkpoints-forgotten");
		for (const { id: job, exchanges } of jobs) {
			for (const { id, partitions } of exchanges) await log.drop(exchangeStream(tenant, job, id), partitions);
		}
		for (const { id, generations } of endpoints) {
			for (const [i, partitions] of generations.entries()) await log.drop(endpointStream(tenant, id, i + 1), partitions);
		}
		await this.#reached("streams-dropped");
		await eraseTraces({ endpoints, jobs });
		await queue.forget(new Set(jobs.map(({ id }) => id)));
		await this.#reached("traces-erased");
		await this.#operator?.settleFlow(flow, unreached.length === 0 ? undefined : { unreached });
	}

	/** False: the database cannot be reached, or not any more; undefined: it is to be tried again. */
	async #inSink(
		tenant: string,
		connection: string,
		agoMs: number,
		act: (sink: Awaited<ReturnType<SinkAuthorities["of"]>>) => Promise<void>,
	): Promise<boolean | undefined> {
		const { sinks, logger, patienceMs = PATIENCE_MS } = this.#parts;
		try {
			await act(await sinks.of(tenant, connection));
			return true;
		} catch (error) {
			const failure = asWeirError(error);
			const isHopeless = failure.rule.retry === "never" && failure.rule.blame === "user";
			if (!isHopeless && agoMs < patienceMs) {
				logger.warn("A database cannot be reached to erase checkpoints in it; it is tried again.", { failed: failure, tenantId: tenant });
				return undefined;
			}
			return false;
		}
	}

	async #reached(name: string): Promise<void> {
		await this.#parts.failpoint?.(name);
	}
}

/** Each connection through which stages commit, once. */
function connectionsOf(jobs: Remains["jobs"]): readonly string[] {
	const all = jobs.flatMap(({ stages }) => stages.flatMap(({ authority }) => (authority.type === "log" ? [] : authority.connection)));
	return [...new Set(all)];
}
