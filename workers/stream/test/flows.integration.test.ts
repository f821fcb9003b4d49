import { cappedKey, connectRedis, createMemoryLog, createRedisLog, LogAuthority, MemoryAuthority } from "@weir/backends";
import { afterAll, inject } from "vitest";
import { describeFlows } from "./whole-flows.ts";

const { redisDataUrl } = inject("services");
const client = connectRedis(redisDataUrl, { enableOfflineQueue: true });
afterAll(() => client.disconnect());

describeFlows("the log in memory", () => {
	const log = createMemoryLog();
	const commits = new MemoryAuthority(log);
	return {
		log,
		commits,
		list: async (_tenant, job, name) => (commits.lists.get(`${job}/${name}`) ?? []).map((entry) => Buffer.from(entry).toString()),
	};
});

describeFlows("Redis", () => ({
	log: createRedisLog(redisDataUrl),
	commits: new LogAuthority(redisDataUrl),
	list: (tenant, job, name) => client.lrange(cappedKey(tenant, job, name), 0, -1),
}));
