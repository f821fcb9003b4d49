export { CarefulGate } from "./careful-gate.ts";
export { NO_SUSPICION, type Suspicion } from "./careful-reading.ts";
export { type Reaction, reactionTo } from "./failure-policy.ts";
export { DEFAULT_TASK_LIMITS, type TaskLimits } from "./limits.ts";
export { hasBegun, Lineage } from "./lineage.ts";
export type {
	Checkpoint,
	CheckpointHead,
	CheckpointStep,
	Clock,
	CommitAuthority,
	CrashNotes,
	DeadLetters,
	Entry,
	EntryId,
	ExchangeAppend,
	IdentifiedRecord,
	Leases,
	Log,
	LogCommitMedium,
	LogOutput,
	NewDeadLetter,
	PartitionState,
	Position,
	Producer,
	ReadRequest,
	RecordPlace,
	RecordRange,
	SpillDisk,
	StreamRef,
	TaskRef,
	TaskSpill,
} from "./ports.ts";
export { countRange, placesOf, positionOf, type RangePlace, type SourceRange, sourceRange } from "./range.ts";
export type { RetryLetter, RetrySource } from "./retries.ts";
export { retryPlace } from "./retry-place.ts";
export { allPlaces } from "./source-places.ts";
export type { OutsideConnection, StageAuthority, StageTaskOptions, TaskEvent } from "./stage-options.ts";
export { type Slice, type SliceEnd, StageTask } from "./stage-task.ts";
export { tokensIn } from "./staged-output.ts";
export type { Ancestor, Standing } from "./standing.ts";
export { StateBudget } from "./state-budget.ts";
export type { Tap } from "./tap.ts";
export { endpointOf, endpointStream, exchangeStream, placeKey, positionText, taskName } from "./task-name.ts";
export { type RunnerEnd, type RunnerSlice, TaskRunner } from "./task-runner.ts";
