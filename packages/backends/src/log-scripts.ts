import { createHash } from "node:crypto";
import { LUA_GONE } from "./tombstones.ts";

/**
 * Lua that appends one frame and keeps the state hash true; shared with the commit of the exchange,
 * so that there is one way only to write a partition: the function `append(stream, state, frame, records, field, before)`,
 * which also sets a field of the state to the new id with `before` in front of it, where one is named.
 */
export const LUA_APPEND = `
local function append(stream, state, frame, records, field, before)
	local id = redis.call('XADD', stream, '*', 'f', frame)
	if field then
		redis.call('HSET', state, 'last', id, field, before .. id)
	else
		redis.call('HSET', state, 'last', id)
	end
	redis.call('HINCRBY', state, 'records', records)
	return id
end
`;

/**
 * A producer's line is "<seq> <timeMs> <answer>". Lines older than a day are dropped when a new producer comes
 * and there are many, so that restarts of gateways do not let the hash grow for ever.
 */
const LUA_PRODUCER = `${LUA_GONE}
local clock = redis.call('TIME')
local nowMs = string.format('%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000))
local function answered(state, producer, seq)
	local held = redis.call('HMGET', state, 'p:' .. producer, 'sealed')
	local line, sealed = held[1], held[2]
	if not line then
		local fields = redis.call('HLEN', state)
		if fields == 0 and isGone(string.match(state, '^{t:([^}]*)}'), string.match(state, ':m:e:([^~:]*)') or '') then return nil, 'gone' end
		if fields > 200 then
			local all = redis.call('HGETALL', state)
			for i = 1, #all, 2 do
				local at = string.sub(all[i], 1, 2) == 'p:' and string.match(all[i + 1], '^%d+ (%d+) ')
				if at and tonumber(at) < tonumber(nowMs) - 86400000 then redis.call('HDEL', state, all[i]) end
			end
		end
		return nil, sealed
	end
	local last, answer = string.match(line, '^(%d+) %d+ (.*)$')
	if tonumber(last) >= tonumber(seq) then return answer, sealed end
	return nil, sealed
end
local function lineOf(seq, answer)
	return seq .. ' ' .. nowMs .. ' ' .. answer
end
`;

/**
 * Several appends in one call, each for itself: KEYS stream and state of each · ARGV producer, seq, records, frame of each
 * → the entry id of each, nothing where the partition is sealed, `gone` where the stream would begin anew and was buried.
 */
export const APPEND = script(`${LUA_APPEND}${LUA_PRODUCER}
local answers = {}
for i = 1, #KEYS / 2 do
	local stream, state, at = KEYS[2 * i - 1], KEYS[2 * i], 4 * i - 3
	local answer, sealed = answered(state, ARGV[at], ARGV[at + 1])
	if not answer then
		if sealed then
			answer = sealed == 'gone' and 'gone' or ''
		else
			answer = append(stream, state, ARGV[at + 3], ARGV[at + 2], 'p:' .. ARGV[at], lineOf(ARGV[at + 1], ''))
		end
	end
	answers[i] = answer
end
return answers
`);

/**
 * KEYS stream, state, seen now, seen before, seen before that · ARGV producer, seq, horizonMs, header, then id and record in turn.
 * Answers "<accepted> <duplicate>,<duplicate>…". A bucket of ids is half a horizon long, so three buckets cover it whole.
 */
export const APPEND_IDENTIFIED = script(`${LUA_APPEND}${LUA_PRODUCER}
local before, sealed = answered(KEYS[2], ARGV[1], ARGV[2])
if before then return before end
if sealed then return redis.error_reply(sealed == 'gone' and 'GONE stream' or 'SEALED partition') end
local ids, seen = {}, {}
for i = 5, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
for k = 3, 5 do
	if redis.call('EXISTS', KEYS[k]) == 1 then
		for from = 1, #ids, 1000 do
			local found = redis.call('SMISMEMBER', KEYS[k], unpack(ids, from, math.min(from + 999, #ids)))
			for i, hit in ipairs(found) do if hit == 1 then seen[ids[from + i - 1]] = true end end
		end
	end
end
local parts, fresh, duplicates = { ARGV[4] }, {}, {}
for i, id in ipairs(ids) do
	if seen[id] then
		duplicates[#duplicates + 1] = i - 1
	else
		seen[id] = true
		fresh[#fresh + 1] = id
		parts[#parts + 1] = ARGV[4 + 2 * i]
	end
end
if #fresh > 0 then
	append(KEYS[1], KEYS[2], table.concat(parts), #fresh)
	for from = 1, #fresh, 1000 do redis.call('SADD', KEYS[3], unpack(fresh, from, math.min(from + 999, #fresh))) end
	-- From the last id of the bucket on: each costs about 70 bytes, so none is kept longer than promised.
	redis.call('PEXPIRE', KEYS[3], ARGV[3])
end
local answer = #fresh .. ' ' .. table.concat(duplicates, ',')
redis.call('HSET', KEYS[2], 'p:' .. ARGV[1], lineOf(ARGV[2], answer))
return answer
`);

/** KEYS streams · ARGV maxBytes, then the place after which to read each → for each stream id, frame, id, frame … At least one entry if there is one. */
export const READ = script(`
local limit, out = tonumber(ARGV[1]), {}
for k, key in ipairs(KEYS) do
	local entries, bytes, from, count = {}, 0, ARGV[k + 1], 8
	from = from == '' and '-' or '(' .. from
	while bytes < limit do
		local got = redis.call('XRANGE', key, from, '+', 'COUNT', count)
		for _, entry in ipairs(got) do
			local frame = entry[2][2]
			if bytes > 0 and bytes + #frame > limit then
				bytes = limit
				break
			end
			entries[#entries + 1] = entry[1]
			entries[#entries + 1] = frame
			bytes = bytes + #frame
		end
		if #got < count or bytes >= limit then break end
		from = '(' .. got[#got][1]
		count = math.max(1, math.min(1000, math.floor((limit - bytes) * #entries / 2 / math.max(bytes, 1))))
	end
	out[k] = entries
end
return out
`);

/** KEYS stream, state → first, last, records. */
export const STATE = script(`
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
local state = redis.call('HMGET', KEYS[2], 'last', 'records')
return { first[1] and first[1][1] or '', state[1] or '', state[2] or '0' }
`);

/** KEYS stream, state · ARGV the last id that may go, the first id that is kept → how many went. */
export const TRIM = script(`
local gone = redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])
if gone > 0 then redis.call('HSET', KEYS[2], 'trimmed', ARGV[1]) end
return gone
`);

/** A script and the hash under which Redis keeps it. */
export interface Script {
	readonly lua: string;
	readonly sha: string;
}

/** Names a script by its hash, as EVALSHA wants it. */
export function script(lua: string): Script {
	return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}
