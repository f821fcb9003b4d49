import { inject } from "vitest";
import { describeTiers } from "../../test/tiers.ts";
import { createKafkaLog } from "../kafka/log-kafka.ts";

describeTiers("Kafka", () => createKafkaLog(inject("kafkaBrokers"), { partitions: { endpoint: 1, exchange: 1 } }));
