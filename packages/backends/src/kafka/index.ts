// The log on Kafka for those who run nothing else: `openLog` loads it when the environment says so.
export { KafkaAuthority } from "./authority-kafka.ts";
export { readCapped } from "./capped.ts";
export { createKafkaLog } from "./log-kafka.ts";
