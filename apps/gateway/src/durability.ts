import type { MeasuredLog } from "@weir/backends/log";
import { type Durability, durabilityInForce, type LogPromise } from "@weir/jobs";
import type { Logger } from "@weir/telemetry";

const ASK_EVERY_MS = 30_000;
const RETRY_MS = 1_000;

/** What the log promises, asked for now and then: whoever runs it may set it otherwise at any time. */
export class LogDurability {
	readonly #log: Pick<MeasuredLog, "promise">;
	readonly #logger: Logger;
	#promise: LogPromise | undefined;
	#timer: NodeJS.Timeout | undefined;
	#isStopped = false;

	constructor(log: Pick<MeasuredLog, "promise">, logger: Logger) {
		this.#log = log;
		this.#logger = logger;
	}

	/** Asks once, and goes on asking. */
	async start(): Promise<void> {
		try {
			this.#promise = await this.#log.promise();
		} catch (error) {
			this.#logger.debug("The log did not say how it keeps records; it is asked again.", { failed: error });
		}
		if (this.#isStopped) return;
		this.#timer = setTimeout(() => void this.start(), this.#promise === undefined ? RETRY_MS : ASK_EVERY_MS);
		this.#timer.unref();
	}

	/** The class that holds for an endpoint: the least there is as long as nobody knows, so that no device is promised too much. */
	of(endpoint: { readonly durability: Durability | undefined }): Durability {
		return this.#promise === undefined ? "memory" : durabilityInForce(endpoint.durability, this.#promise);
	}

	stop(): void {
		this.#isStopped = true;
		clearTimeout(this.#timer);
	}
}
