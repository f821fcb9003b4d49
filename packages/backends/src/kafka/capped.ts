import { Fetcher } from "./fetcher.ts";
import { cappedTopic } from "./topic-names.ts";
import { KafkaClient } from "./wire.ts";

/** The entries of a capped list, oldest first; `name` is `<node>/<name>`. For people who look, never for work. */
export async function readCapped(brokers: string, tenant: string, job: string, name: string): Promise<readonly string[]> {
	const client = new KafkaClient(brokers);
	const fetcher = new Fetcher(client, 1);
	try {
		return await client.call(async () => {
			const topic = cappedTopic(tenant, job, name);
			if ((await client.topic(topic)) === undefined) return [];
			const entries: string[] = [];
			for await (const { value } of fetcher.records(topic, 0, 0, await client.stable(topic, 0))) entries.push(String(value));
			return entries;
		});
	} finally {
		await fetcher.close();
		await client.close();
	}
}
