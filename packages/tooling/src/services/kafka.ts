import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { fetchJars, type Jars, javaFolder } from "./java.ts";
import { boundToParent, freePort, type RunningService, startService } from "./process.ts";

export interface KafkaOptions {
	/** Data folder; made on the first start, kept afterwards. */
	readonly folder: string;
	readonly port?: number;
	readonly controllerPort?: number;
	readonly heapMb?: number;
	/** More `server.properties`, e.g. `{ "log.retention.check.interval.ms": "1000" }`. */
	readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningKafka extends RunningService {
	/** Its address, as `KAFKA_BROKERS` takes it. */
	readonly brokers: string;
	readonly controllerPort: number;
}

const POM = path.join(import.meta.dirname, "kafka/pom.xml");

/** One broker that is its own controller. It replicates nothing; our log has it flush each append to a stream, and the rest once a second. */
function settingsOf(folder: string, port: number, controllerPort: number): Record<string, string> {
	return {
		"process.roles": "broker,controller",
		"node.id": "1",
		listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
		"controller.listener.names": "CONTROLLER",
		"controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
		"log.dirs": path.join(folder, "data"),
		"log.flush.interval.ms": "1000",
		"log.flush.scheduler.interval.ms": "1000",
		"auto.create.topics.enable": "false",
		"offsets.topic.num.partitions": "1",
		"offsets.topic.replication.factor": "1",
		"transaction.state.log.num.partitions": "4",
		"transaction.state.log.replication.factor": "1",
		"transaction.state.log.min.isr": "1",
		"share.coordinator.state.topic.replication.factor": "1",
		"share.coordinator.state.topic.min.isr": "1",
		"group.initial.rebalance.delay.ms": "0",
		// 128 MiB unless told, which a heap of this size does not have.
		"log.cleaner.dedupe.buffer.size": String(8 * 1024 * 1024),
	};
}

/** Starts an Apache Kafka in KRaft mode on a folder. The first start on a machine fetches its jars. */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
	const folder = path.resolve(options.folder);
	const port = options.port ?? (await freePort());
	const controllerPort = options.controllerPort ?? (await freePort());
	await mkdir(folder, { recursive: true });
	const jars = await fetchJars(POM);
	const config = path.join(folder, "server.properties");
	const settings = { ...settingsOf(folder, port, controllerPort), ...options.settings };
	const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
	await writeFile(config, lines.join(""));
	if (!(await isThere(path.join(folder, "data/meta.properties")))) await format(jars, config);
	// The first good end leaves an archive of the loaded classes behind, which halves the time of later starts.
	const archive = path.join(javaFolder(), `${jars.key}-kafka.jsa`);
	const draft = `${archive}.${randomUUID()}`;
	const isArchived = await isThere(archive);
	const jvm = [
		`-Xmx${options.heapMb ?? 512}m`,
		"-XX:+UseSerialGC",
		"-Xlog:disable",
		"-Xlog:all=error:stderr",
		isArchived ? `-XX:SharedArchiveFile=${archive}` : `-XX:ArchiveClassesAtExit=${draft}`,
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
		"-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
	];
	const service = await startService({
		name: "Kafka",
		command: boundToParent("TERM", "java", [...jvm, "-cp", jars.classPath, "kafka.Kafka", config]),
		port,
		stopSignal: "SIGTERM",
		isReady: (said) => said.includes("Kafka Server started"),
	});
	const stop = async () => {
		await service.stop();
		if (isArchived) return;
		if (await isThere(draft)) await rename(draft, archive);
		else await rm(draft, { force: true });
	};
	return { ...service, stop, controllerPort, brokers: `127.0.0.1:${port}` };
}

async function format(jars: Jars, config: string): Promise<void> {
	const cluster = randomBytes(16).toString("base64url");
	const args = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", jars.classPath, "kafka.tools.StorageTool"];
	await promisify(execFile)("java", [...args, "format", "-t", cluster, "-c", config]);
}

function isThere(file: string): Promise<boolean> {
	return access(file).then(
		() => true,
		() => false,
	);
}
