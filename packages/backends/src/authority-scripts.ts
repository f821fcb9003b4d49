import { LUA_APPEND, script } from "./log-scripts.ts";
import { LUA_GONE } from "./tombstones.ts";

/**
 * KEYS checkpoint, parts, index of the job · ARGV generation, task
 * → position, state, watermark, counters, and the parts as number and bytes in turn; or nothing: a newer generation is there, or the job is forgotten.
 */
export const ACQUIRE = script(`${LUA_GONE}
local held = redis.call('HGET', KEYS[1], 'generation')
if held and tonumber(held) >= tonumber(ARGV[1]) then return false end
if not held and isGone(string.match(KEYS[1], '^{t:([^}]*)}:c:([^/]*)')) then return false end
redis.call('HSET', KEYS[1], 'generation', ARGV[1])
redis.call('HSETNX', KEYS[1], 'position', '{}')
redis.call('SADD', KEYS[3], ARGV[2])
local answer = redis.call('HMGET', KEYS[1], 'position', 'state', 'watermark', 'counters')
answer[5] = redis.call('HGETALL', KEYS[2])
return answer
`);

/** KEYS checkpoint, parts → as ACQUIRE, without taking the task. */
export const READ_CHECKPOINT = script(`
local answer = redis.call('HMGET', KEYS[1], 'position', 'state', 'watermark', 'counters')
answer[5] = redis.call('HGETALL', KEYS[2])
return answer
`);

/**
 * The commit of a task in our log: exchange frames, capped lists and checkpoint change together or not at all.
 *
 * KEYS checkpoint, parts, index of the job's lists, then stream and state of each append, then each capped list
 * ARGV generation, previous, next, state, watermark, counters, appends, lists, dropped, put,
 *      then per append: records, frame · then per list: keep, n, and n entries · then the numbers of dropped parts · then per new part: number, bytes
 * → 1 committed, 0 fenced
 */
export const COMMIT = script(`${LUA_APPEND}
local held = redis.call('HMGET', KEYS[1], 'generation', 'position')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
local appends, lists, dropped, put, at = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), 11
for i = 1, appends do
	append(KEYS[2 + 2 * i], KEYS[3 + 2 * i], ARGV[at + 1], ARGV[at])
	at = at + 2
end
for i = 1, lists do
	local key, keep, n = KEYS[3 + 2 * appends + i], tonumber(ARGV[at]), tonumber(ARGV[at + 1])
	redis.call('SADD', KEYS[3], key)
	at = at + 2
	for from = at, at + n - 1, 1000 do redis.call('RPUSH', key, unpack(ARGV, from, math.min(from + 999, at + n - 1))) end
	redis.call('LTRIM', key, -keep, -1)
	at = at + n
end
for from = at, at + dropped - 1, 1000 do redis.call('HDEL', KEYS[2], unpack(ARGV, from, math.min(from + 999, at + dropped - 1))) end
at = at + dropped
for i = 1, put do
	redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
	at = at + 2
end
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'state', ARGV[4], 'watermark', ARGV[5], 'counters', ARGV[6])
return 1
`);
