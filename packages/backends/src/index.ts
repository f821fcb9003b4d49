export type { Redis } from "ioredis";
export { createMemoryLog, type MemoryLogOptions } from "./log-memory.ts";
export { createRedisLog, type RedisLogOptions } from "./log-redis.ts";
export { connectRedis } from "./redis-client.ts";
