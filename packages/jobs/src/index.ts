export type { ControlQueue, QueueWorker, SliceMessage, SliceOutcome } from "./control-queue.ts";
export { type Counters, counterOf, edgeCounter, type NodeCount, portCounter, sumCounters } from "./counters.ts";
export { type CarriedExchange, exchangeOwner, type HandOver } from "./hand-over.ts";
export { LATENCY_BOUNDS_MS, latencyBucket, latencyCounter, latencyQuantileMs } from "./latency.ts";
export {
	exchangeCarriedCounter,
	exchangeReadCounter,
	gathersCounter,
	type Ledger,
	type LedgerPlan,
	type LedgerReport,
	ledgerOf,
	mainPortCounters,
} from "./ledger.ts";
export { canMove, type EventOf, move, moveStored } from "./move.ts";
export { liveField, liveKey, parseTaskReport, reportedWatermark, type TaskReport, taskReportSchema } from "./report.ts";
export { type Health, type JobEvent, type JobState, MOVES, type WantedState } from "./states.ts";
export {
	DURABILITY_CLASSES,
	type Durability,
	durabilityInForce,
	type LogPromise,
	type StorageChange,
	type StreamStorage,
	storageChangeSchema,
} from "./stream-storage.ts";
export { TAP_ROWS_PER_SECOND, type TapSample, tapKey, tapSampleSchema } from "./tap.ts";
