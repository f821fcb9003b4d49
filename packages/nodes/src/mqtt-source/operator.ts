import type { CreateOperator } from "@weir/node-kit";

/** The reader has made rows of the records already: they only pass. */
export const createOperator: CreateOperator = () => ({
	onBatch: (batch, emit) => emit("out", batch),
});
