import { inject } from "vitest";
import { describeTiers } from "../../test/tiers.ts";
import { createRedisLog } from "../log-redis.ts";

describeTiers("Redis", () => createRedisLog(inject("services").redisDataUrl));
