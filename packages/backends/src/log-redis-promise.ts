import type { LogPromise } from "@weir/jobs";
import type { Redis } from "ioredis";

const ONE_COPY = "This log is a Redis, which keeps one copy. A log on Kafka with three brokers or more keeps three.";

/** What a Redis promises of all its streams alike: it is set for the whole server when it writes to its disk. */
export async function promiseOf(client: Redis): Promise<LogPromise> {
	const settings = await settingsOf(client);
	if (settings.appendonly === "yes" && settings.appendfsync === "always") {
		const memory =
			"This Redis writes each append to its disk before it answers (appendfsync always), whatever the stream: memory would promise less and cost as much.";
		return { log: "redis", usual: "fsync", refused: { memory, replicated: ONE_COPY } };
	}
	return { log: "redis", usual: "memory", refused: { fsync: whyNoDisk(settings), replicated: ONE_COPY } };
}

function whyNoDisk({ appendonly, appendfsync }: Readonly<Record<string, string>>): string {
	if (appendonly === undefined) {
		return "This Redis does not say when it writes to its disk: whoever runs it has to allow CONFIG GET, with appendonly yes and appendfsync always.";
	}
	if (appendonly !== "yes")
		return "This Redis keeps its streams in memory alone: whoever runs it has to set appendonly to yes and appendfsync to always.";
	return `This Redis writes to its disk only now and then (appendfsync ${appendfsync}): whoever runs it has to set appendfsync to always.`;
}

/** Empty where nobody may ask. */
async function settingsOf(client: Redis): Promise<Readonly<Record<string, string>>> {
	try {
		const [append, fsync] = await Promise.all([client.config("GET", "appendonly"), client.config("GET", "appendfsync")]);
		const pairs = [...(append as string[]), ...(fsync as string[])];
		return Object.fromEntries(pairs.flatMap((name, i) => (i % 2 === 0 ? [[name, pairs[i + 1] ?? ""]] : [])));
	} catch (error) {
		if (error instanceof Error && error.name === "ReplyError") return {};
		throw error;
	}
}
