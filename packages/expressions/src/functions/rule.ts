import type { ValueType } from "../tree.ts";

/** `any` takes every type; `same` means that all operands are brought to one type, which is then the result's. */
export type Parameter = ValueType | "any" | "same";

export interface Signature {
	readonly parameters: readonly Parameter[];
	/** The last parameter may be repeated. */
	readonly variadic?: true;
	readonly result: ValueType | "same";
}

/** What the checker, the manual and the editor know of a function. */
export interface FunctionRule {
	/** How it is written. */
	readonly usage: string;
	readonly summary: string;
	readonly example: string;
	readonly signatures: readonly Signature[];
	/** PostgreSQL has no function of this name. */
	readonly isOwn?: true;
}

export const NUMBER_TO_NUMBER: readonly Signature[] = [{ parameters: ["number"], result: "number" }];
export const TEXT_TO_TEXT: readonly Signature[] = [{ parameters: ["text"], result: "text" }];
