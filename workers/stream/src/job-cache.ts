import type { StoredJob, WorkerStore } from "@weir/db";
import { isWeirError } from "@weir/errors";
import type { Plan } from "@weir/planner";

/** A job with what never changes about it. */
export interface KnownJob {
	readonly job: StoredJob;
	readonly plan: Plan;
	/** Endpoint by source node. */
	readonly endpoints: Readonly<Record<string, string>>;
}

const FRESH_MS = 1_000;
const KEPT = 1_000;

/** Jobs as Postgres has them, at most a second old; older while it is away. */
export class JobCache {
	readonly #store: WorkerStore;
	readonly #known = new Map<string, { entry: KnownJob; readAtMs: number }>();
	readonly #reading = new Map<string, Promise<KnownJob | undefined>>();

	constructor(store: WorkerStore) {
		this.#store = store;
	}

	/** Undefined: there is no such job. */
	async get(id: string): Promise<KnownJob | undefined> {
		const known = this.#known.get(id);
		if (known !== undefined && Date.now() - known.readAtMs < FRESH_MS) return known.entry;
		const reading = this.#reading.get(id) ?? this.#read(id).finally(() => this.#reading.delete(id));
		this.#reading.set(id, reading);
		try {
			return await reading;
		} catch (error) {
			// What a commit may do is decided by its fence, so an older view does no harm while the database is away.
			if (known !== undefined && isWeirError(error) && error.code === "DATABASE_UNAVAILABLE") return known.entry;
			throw error;
		}
	}

	/** The newest view without waiting; starts reading again when it is old. */
	peek(id: string): KnownJob | undefined {
		const known = this.#known.get(id);
		if (known !== undefined && Date.now() - known.readAtMs >= FRESH_MS) void this.get(id).catch(() => {});
		return known?.entry;
	}

	async #read(id: string): Promise<KnownJob | undefined> {
		const job = await this.#store.job(id);
		if (job === undefined) {
			this.#known.delete(id);
			return undefined;
		}
		const before = this.#known.get(id)?.entry;
		const plan = before?.plan ?? (await this.#store.plan(job.plan));
		if (plan === undefined) return undefined;
		const endpoints =
			before?.endpoints ?? Object.fromEntries((await this.#store.endpointsOf(job)).map((endpoint) => [endpoint.node, endpoint.id]));
		const entry = { job, plan, endpoints };
		if (this.#known.size >= KEPT) this.#known.clear();
		this.#known.set(id, { entry, readAtMs: Date.now() });
		return entry;
	}
}
