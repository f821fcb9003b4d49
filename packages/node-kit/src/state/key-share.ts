import { keyTextOf, partitionOf } from "@weir/records";
import { type KeyValue, partsOf } from "./key-values.ts";

/** How the keys of a node are spread over the tasks that run it. */
export interface KeySpread {
	/** Fields of the node's key. */
	readonly fields: number;
	/** Those of them that decide to which task a record goes, in the order in which they do. */
	readonly places: readonly number[];
	readonly partitions: number;
}

/** The keys of a node whose records arrive at one of its tasks. MUST agree with how exchanges and doors choose partitions. */
export class KeyShare {
	readonly #spread: KeySpread;
	readonly #partition: number;

	constructor(spread: KeySpread, partition: number) {
		this.#spread = spread;
		this.#partition = partition;
	}

	/** A key as `KeyValues` has it. */
	owns(key: KeyValue): boolean {
		const { fields, places, partitions } = this.#spread;
		if (partitions === 1) return true;
		if (places.length === 1 && fields === 1) return this.#isHere([key]);
		const parts = partsOf(key, fields);
		return this.#isHere(places.map((place) => parts[place] ?? null));
	}

	/** A key by its fields. */
	ownsFields(valueAt: (place: number) => KeyValue): boolean {
		return this.#spread.partitions === 1 || this.#isHere(this.#spread.places.map(valueAt));
	}

	#isHere(values: readonly KeyValue[]): boolean {
		return partitionOf(keyTextOf(values), this.#spread.partitions) === this.#partition;
	}
}
