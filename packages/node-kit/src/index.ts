export { type Field, type FieldType, formatDuration, type RecordSchema } from "@weir/records";
export {
	type Catalogue,
	type Delivery,
	defineNode,
	type EndpointSettings,
	type FieldMeta,
	type InputSchemas,
	type NodeCategory,
	type NodeDefinition,
	type NodeProblem,
	type NodeRole,
	type NodeStatus,
	type OutputSchemas,
	outputPorts,
	type Partitioning,
	type Port,
	type ShowIf,
	type SourceDoor,
	type SourceReading,
} from "./definition.ts";
export { type CheckedExpression, checkExpression, fieldsOf, typeOf } from "./expression.ts";
export { fieldProblem, fieldProblems, fieldTexts, nearestName, repeatProblems } from "./fields.ts";
export { byKeysText, keyPartitioning, keyProblems, maxKeysField } from "./keyed.ts";
export type {
	CreateOperator,
	CreateSink,
	Emit,
	GoneOutput,
	LogMedium,
	Operator,
	OperatorContext,
	OperatorModule,
	OperatorRegistry,
	OutputRange,
	OutsideMedium,
	OutsideTarget,
	PostgresMedium,
	RejectedRow,
	SinkOperator,
	StateDelta,
} from "./operator.ts";
export { isOfUse } from "./show-if.ts";
export {
	endpointSettingsOf,
	fieldSchema,
	lintSource,
	readingOf,
	type SourceConfig,
	sourceFields,
	sourceMigrations,
	sourceOutput,
	sourceSummary,
} from "./source.ts";
export type { SpillSegment, SpillSpace } from "./spill.ts";
