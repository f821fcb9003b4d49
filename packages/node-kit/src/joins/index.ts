export { type JoinConfig, joinedSchema, joinFields, joinProblems, joinSummary, rightFieldsOf } from "./fields.ts";
