import { createKafkaLog, KafkaAuthority, readCapped } from "@weir/backends/kafka";
import { inject } from "vitest";
import { describeFlows } from "./whole-flows.ts";

const kafkaBrokers = inject("kafkaBrokers");

// One with exchanges and with state: what a transaction must hold together.
describeFlows(
	"Kafka",
	() => ({
		log: createKafkaLog(kafkaBrokers, { partitions: { endpoint: 2, exchange: 2 } }),
		commits: new KafkaAuthority(kafkaBrokers),
		list: (tenant, job, name) => readCapped(kafkaBrokers, tenant, job, name),
	}),
	["regrouped.json"],
);
