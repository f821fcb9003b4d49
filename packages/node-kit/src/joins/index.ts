export { joinDefinition } from "./definition.ts";
export { type JoinConfig, joinedSchema, joinFields, joinProblems, joinSummary, rightFieldsOf } from "./fields.ts";
