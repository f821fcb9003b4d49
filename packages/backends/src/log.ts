// The log and what the doors note, for processes that need no queue: it starts in a third of the time.
export type { Redis } from "ioredis";
export { countAtDoor } from "./door-counts.ts";
export { createMemoryLog, type MemoryLogOptions } from "./log-memory.ts";
export { createRedisLog, type RedisLogOptions } from "./log-redis.ts";
export type { MeasuredLog } from "./measured-log.ts";
export { checkLogEnv, LOG_ENV, logVariable, openLog } from "./open-log.ts";
export { connectRedis } from "./redis-client.ts";
export { noteTopics, topicsSeen } from "./topics-seen.ts";
