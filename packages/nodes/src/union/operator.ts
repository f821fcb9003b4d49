import type { CreateOperator } from "@weir/node-kit";
import type { UnionConfig } from "./definition.ts";

/** Fields that a branch lacks were filled with nulls where its edge ends. */
export const createOperator: CreateOperator<UnionConfig> = () => ({
	onBatch: (batch, emit) => emit("out", batch),
});
