export { describeFunctions, type FunctionDescription, type FunctionName } from "./functions.ts";
export { compile, type Kernel } from "./kernel/compile.ts";
export type { OnFailure } from "./kernel/run.ts";
export { quoted as quotedName } from "./names.ts";
export { MAX_LENGTH, type ParsedExpression, type ParseOptions, parseExpression } from "./parse.ts";
export { isParserLoaded, type LoadParserOptions, loadParser } from "./parser.ts";
export { printExpression } from "./print.ts";
export type { ExpressionProblem } from "./problems.ts";
export { type ArithmeticOperator, type ComparisonOperator, fieldsOf, type TypedExpression, typeOf } from "./tree.ts";
