/** What the processes of a proof take from their environment. */
export const ENV = {
	path: process.env.PATH ?? "",
	/** How much the product's processes say. */
	logLevel: process.env.TEST_LOG_LEVEL ?? "error",
	/** Name of the mutant that this process is loaded with. */
	mutant: process.env.WEIR_MUTANT,
} as const;

/** What a drill is told of the services that it tries. */
export const DRILL = {
	/** A PostgreSQL database that may get a schema of its own. */
	resultsUrl: process.env.DRILL_RESULTS_URL ?? "",
	/** A migrated control database, as its owner. */
	controlUrl: process.env.DRILL_CONTROL_URL ?? "",
	log: {
		LOG: process.env.LOG === "kafka" ? "kafka" : "redis",
		REDIS_DATA_URL: process.env.REDIS_DATA_URL,
		KAFKA_BROKERS: process.env.KAFKA_BROKERS,
	},
} as const;
