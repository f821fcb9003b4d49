export type { Redis } from "ioredis";
export { type CappedLists, MemoryAuthority } from "./authority-memory.ts";
export { createMemoryLog, type MemoryLogOptions } from "./log-memory.ts";
export { createRedisLog, type RedisLogOptions } from "./log-redis.ts";
export { MemoryCrashNotes, MemoryDeadLetters, MemoryLeases } from "./memory.ts";
export { connectRedis } from "./redis-client.ts";
