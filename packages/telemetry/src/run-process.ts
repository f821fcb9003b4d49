import { createLogger, type Logger, type LogLevel } from "./logger.ts";

/** What a process runs until it is told to stop. */
interface Running {
	/** Finishes what is under way and lets go of everything. */
	close(): Promise<void>;
}

interface ProcessPlan<Env extends { readonly LOG_LEVEL: LogLevel }, Work extends Running> {
	readonly name: string;
	/** Throws one sentence that names everything wrong with the environment. */
	readEnv(): Env;
	start(env: Env, logger: Logger): Promise<Work>;
	/** Called once when it runs. */
	started(logger: Logger, work: Work): void;
}

/** What a process needs of the system; a test hands in its own. */
export interface ProcessHost {
	on(signal: "SIGTERM" | "SIGINT", act: () => void): unknown;
	exit(code: number): void;
	readonly stderr: { write(text: string): unknown };
}

/**
 * The life of a process: a wrong environment ends it with a sentence and code 1; SIGTERM or SIGINT, whichever comes first,
 * ends it in good order with code 0.
 */
export async function runProcess<Env extends { readonly LOG_LEVEL: LogLevel }, Work extends Running>(
	plan: ProcessPlan<Env, Work>,
	host: ProcessHost = process,
): Promise<void> {
	let env: Env;
	try {
		env = plan.readEnv();
	} catch (error) {
		host.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		host.exit(1);
		return;
	}
	const logger = createLogger({ name: plan.name, level: env.LOG_LEVEL });
	const work = await plan.start(env, logger);
	plan.started(logger, work);
	let isClosing = false;
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		host.on(signal, () => {
			if (isClosing) return;
			isClosing = true;
			logger.info("The process ends.", { signal });
			work.close().then(
				() => host.exit(0),
				(error: unknown) => {
					logger.error("The process could not end in good order.", { failed: error });
					host.exit(1);
				},
			);
		});
	}
}
