/** The part of libpg-query's tree that an expression can consist of. A node is an object with one key, its kind. Zero and false are left out of the JSON. */
export interface PgNode {
	readonly A_Const?: PgConstant;
	readonly ColumnRef?: { readonly fields?: readonly PgNode[]; readonly location?: number };
	readonly A_Expr?: PgOperation;
	readonly BoolExpr?: {
		readonly boolop: "AND_EXPR" | "OR_EXPR" | "NOT_EXPR";
		readonly args?: readonly PgNode[];
		readonly location?: number;
	};
	readonly NullTest?: { readonly arg?: PgNode; readonly nulltesttype: "IS_NULL" | "IS_NOT_NULL"; readonly location?: number };
	readonly BooleanTest?: { readonly arg?: PgNode; readonly booltesttype: string; readonly location?: number };
	readonly CaseExpr?: {
		readonly arg?: PgNode;
		readonly args?: readonly PgNode[];
		readonly defresult?: PgNode;
		readonly location?: number;
	};
	readonly CaseWhen?: { readonly expr?: PgNode; readonly result?: PgNode; readonly location?: number };
	readonly CoalesceExpr?: { readonly args?: readonly PgNode[]; readonly location?: number };
	readonly MinMaxExpr?: { readonly op: "IS_GREATEST" | "IS_LEAST"; readonly args?: readonly PgNode[]; readonly location?: number };
	readonly TypeCast?: { readonly arg?: PgNode; readonly typeName?: PgTypeName; readonly location?: number };
	readonly FuncCall?: PgCall;
	readonly A_ArrayExpr?: { readonly elements?: readonly PgNode[]; readonly location?: number };
	readonly A_Indirection?: { readonly arg?: PgNode; readonly indirection?: readonly PgNode[] };
	readonly A_Indices?: { readonly uidx?: PgNode };
	readonly List?: { readonly items?: readonly PgNode[] };
	readonly String?: { readonly sval?: string };
	readonly ResTarget?: { readonly name?: string; readonly val?: PgNode; readonly location?: number };
	readonly SelectStmt?: Readonly<Record<string, unknown>> & { readonly op?: string; readonly targetList?: readonly PgNode[] };
}

export interface PgConstant {
	readonly ival?: { readonly ival?: number };
	readonly fval?: { readonly fval?: string };
	readonly boolval?: { readonly boolval?: boolean };
	readonly sval?: { readonly sval?: string };
	readonly bsval?: unknown;
	readonly isnull?: boolean;
	readonly location?: number;
}

export interface PgOperation {
	readonly kind: string;
	readonly name?: readonly PgNode[];
	readonly lexpr?: PgNode;
	readonly rexpr?: PgNode;
	readonly location?: number;
}

export interface PgTypeName {
	readonly names?: readonly PgNode[];
	readonly typmods?: readonly PgNode[];
	readonly arrayBounds?: readonly PgNode[];
	readonly location?: number;
}

export interface PgCall {
	readonly funcname?: readonly PgNode[];
	readonly args?: readonly PgNode[];
	readonly agg_star?: boolean;
	readonly agg_distinct?: boolean;
	readonly agg_order?: unknown;
	readonly agg_filter?: unknown;
	readonly over?: unknown;
	readonly func_variadic?: boolean;
	readonly location?: number;
}

export interface PgParseResult {
	readonly stmts?: readonly { readonly stmt?: PgNode; readonly stmt_location?: number }[];
}

/** Kind of a node: its only key. */
export function kindOf(node: PgNode): string {
	return Object.keys(node)[0] ?? "";
}

/** Last word of a name; the schema pg_catalog before it is dropped. */
export function lastName(names: readonly PgNode[] | undefined): string {
	return names?.at(-1)?.String?.sval ?? "";
}

/** Byte where a node's own token stands (for an operation: its operator). */
export function locationOf(node: PgNode | undefined): number {
	if (node === undefined) return 0;
	const inner = Object.values(node)[0] as { location?: number } | undefined;
	return inner?.location ?? 0;
}

/** Byte where the text of a node begins. */
export function startOf(node: PgNode | undefined): number {
	if (node === undefined) return 0;
	const first =
		node.A_Expr?.lexpr ??
		(node.BoolExpr !== undefined && node.BoolExpr.boolop !== "NOT_EXPR" ? node.BoolExpr.args?.[0] : undefined) ??
		node.NullTest?.arg ??
		node.BooleanTest?.arg ??
		(node.TypeCast?.arg === undefined ? undefined : node.TypeCast.arg);
	return first === undefined ? locationOf(node) : Math.min(startOf(first), locationOf(node));
}
