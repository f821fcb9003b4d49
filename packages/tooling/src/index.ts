export { faketimeLibrary } from "./services/faketime.ts";
export { type KafkaOptions, type RunningKafka, startKafka } from "./services/kafka.ts";
export { createDatabase, type PostgresOptions, type RunningPostgres, startPostgres } from "./services/postgres.ts";
export { freePort, isPortBusy, type RunningService } from "./services/process.ts";
export type { TestServices } from "./services/provided.ts";
export { type RedisOptions, type RunningRedis, startRedis } from "./services/redis.ts";
export { redisBinary } from "./services/redis-binary.ts";
export { type RunningS3, type S3Options, startS3 } from "./services/s3.ts";
export { WITHOUT_TYPES } from "./start/without-types.ts";
