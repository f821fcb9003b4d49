import { WeirError } from "@weir/errors";
import type { Operator } from "@weir/node-kit";
import { KeyShare } from "@weir/node-kit/state";
import type { Inherited } from "./standing.ts";
import { restoreFrom, storedOf } from "./stored-state.ts";

/** Gives an operator the keys that are its own of what another task stored; `create` makes one like it. Throws STATE_CORRUPT. */
export function inherit(operator: Operator, create: () => Operator, { parts, shares }: Inherited): void {
	let from = create();
	restoreFrom(from, storedOf(parts));
	shares.forEach(({ spread, partition }, i) => {
		const into = i === shares.length - 1 ? operator : create();
		if (from.snapshotOf === undefined || into.absorb === undefined) {
			throw new WeirError(
				"STATE_CORRUPT",
				"What a node remembers cannot be spread over other tasks; deploy the flow with this node's state reset.",
			);
		}
		into.absorb(from.snapshotOf(new KeyShare(spread, partition)));
		from.close?.();
		from = into;
	});
}
