import { keyedHash } from "@weir/formats";
import type { CreateOperator } from "@weir/node-kit";
import { KeyValues } from "@weir/node-kit/state";
import { type Column, createDictionary, type Dictionary, isNullAt, type RecordBatch, selectionOf, withColumns } from "@weir/records";
import type { MaskConfig } from "./definition.ts";

/** Codes remembered, so that a value is hashed once and not once per record. */
const REMEMBERED = 50_000;

type MakeColumn = (batch: RecordBatch) => Column | undefined;

export const createOperator: CreateOperator<MaskConfig> = (config, context) => {
	const output = context.outputs.out ?? { fields: [] };
	const makers = output.fields.map(({ name }): MakeColumn => {
		const index = context.input.fields.findIndex((field) => field.name === name);
		const entry = config.fields.find(({ field }) => field === name);
		if (entry === undefined) return (batch) => batch.columns[index];
		const hide = entry.how === "hash" ? (value: string) => keyedHash(config.salt, value) : (value: string) => masked(value, entry.keep);
		const reader = new KeyValues(context.input, [name]);
		let texts = createDictionary();
		let codes = new Map<string, number>();
		return (batch) => {
			if (codes.size > REMEMBERED) {
				texts = createDictionary();
				codes = new Map();
			}
			reader.follow(batch.columns);
			const column = batch.columns[index];
			return column === undefined
				? undefined
				: hiddenColumn(batch, column, texts, (row) => codeOf(String(reader.at(row)), hide, texts, codes));
		};
	});

	return {
		onBatch(batch, emit) {
			emit(
				"out",
				withColumns(
					batch,
					output,
					makers.flatMap((make) => make(batch) ?? []),
				),
			);
		},
	};
};

function hiddenColumn(batch: RecordBatch, column: Column, dictionary: Dictionary, codeOf: (row: number) => number): Column {
	const codes = new Int32Array(batch.length);
	const valid = new Uint8Array(batch.length);
	const rows = selectionOf(batch);
	for (let i = 0; i < batch.selected; i++) {
		const row = rows[i] ?? 0;
		if (isNullAt(column, row)) continue;
		valid[row] = 1;
		codes[row] = codeOf(row);
	}
	return { type: "text", codes, dictionary, valid };
}

function codeOf(value: string, hide: (value: string) => string, texts: Dictionary, codes: Map<string, number>): number {
	const known = codes.get(value);
	if (known !== undefined) return known;
	const code = texts.codeOf(hide(value));
	codes.set(value, code);
	return code;
}

function masked(value: string, keep: number): string {
	const characters = [...value];
	const hidden = Math.max(characters.length - keep, 0);
	// A text that is no longer than what is kept would be shown whole.
	if (hidden === 0) return "*".repeat(characters.length);
	return "*".repeat(hidden) + characters.slice(hidden).join("");
}
