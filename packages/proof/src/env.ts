/** What the processes of a proof take from their environment. */
export const ENV = {
	path: process.env.PATH ?? "",
	/** How much the product's processes say. */
	logLevel: process.env.TEST_LOG_LEVEL ?? "error",
	/** Name of the mutant that this process is loaded with. */
	mutant: process.env.WEIR_MUTANT,
	/** The PostgreSQL in which the fences are tried. */
	drillUrl: process.env.DRILL_URL,
	log: {
		LOG: process.env.LOG,
		REDIS_DATA_URL: process.env.REDIS_DATA_URL,
		KAFKA_BROKERS: process.env.KAFKA_BROKERS,
	},
} as const;
