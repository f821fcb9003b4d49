import type { SourceInput } from "@weir/planner";
import { partitionOf } from "@weir/records";
import type { StreamRef } from "./ports.ts";
import { endpointStream } from "./task-name.ts";

/** A partition of a source's stream that a task reads. */
export interface SourcePlace {
	readonly stream: StreamRef;
	readonly partition: number;
	readonly generation: number;
	/** It is sealed: read to its end before the generations behind it. */
	readonly isEarlier: boolean;
	/** Which of its records are the task's, where others are not: by record key. */
	readonly owns?: (key: string) => boolean;
}

/**
 * What a task reads of a source, oldest generation first. A key's partition among 16 and among 64 leave equal remainders by 16, so of an earlier
 * generation each task reads the few partitions that may hold its keys, and takes those keys alone.
 */
export function sourcePlaces(
	tenant: string,
	endpoint: string,
	{ partitions, earlier = [] }: Pick<SourceInput, "partitions" | "earlier">,
	partition: number,
): readonly SourcePlace[] {
	if (partition >= partitions) return [];
	const places = earlier.flatMap((count, i) => {
		const stream = endpointStream(tenant, endpoint, i + 1);
		const common = commonDivisor(count, partitions);
		const owns = count === partitions ? {} : { owns: (key: string) => partitionOf(key, partitions) === partition };
		return Array.from({ length: count }, (_, index) => index)
			.filter((index) => index % common === partition % common)
			.map((index) => ({ stream, partition: index, generation: i + 1, isEarlier: true, ...owns }));
	});
	const generation = earlier.length + 1;
	return [...places, { stream: endpointStream(tenant, endpoint, generation), partition, generation, isEarlier: false }];
}

/** Every partition of an endpoint's stream, by the partitions of its generations, oldest first. */
export function allPlaces(
	tenant: string,
	endpoint: string,
	generations: readonly number[],
): readonly { readonly stream: StreamRef; readonly partition: number }[] {
	return generations.flatMap((count, i) => {
		const stream = endpointStream(tenant, endpoint, i + 1);
		return Array.from({ length: count }, (_, partition) => ({ stream, partition }));
	});
}

function commonDivisor(a: number, b: number): number {
	return b === 0 ? a : commonDivisor(b, a % b);
}
