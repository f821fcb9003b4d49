import type { MeasuredLog } from "@weir/backends";
import type { Endpoints, StoredEndpoint } from "@weir/db";
import { WeirError } from "@weir/errors";
import { DURABILITY_CLASSES, type Durability, durabilityInForce, type LogPromise, type StorageChange } from "@weir/jobs";
import { readFrameHeader } from "@weir/records";
import { allPlaces, endpointStream } from "@weir/runtime";
import type { Storage } from "../api/contract/index.ts";

/** What the server asks the log about a stream. */
export type StorageLog = Pick<MeasuredLog, "bytes" | "promise" | "read" | "seal" | "setDurability" | "unseal">;

const DAY_MS = 86_400_000;
/** What came within less says nothing about a day. */
const LEAST_SPAN_MS = 60_000;
/** Every door has learnt of a change by then. */
const DOORS_KNOW_MS = 6_000;

interface StorageContext {
	readonly log: StorageLog;
	readonly tenant: string;
	/** How long records are kept where nobody chose it. */
	readonly keepMs: number;
	readonly nowMs: number;
}

/** How an endpoint's stream is kept, and what it holds. */
export async function storageOf(endpoint: StoredEndpoint, { log, tenant, keepMs, nowMs }: StorageContext): Promise<Storage> {
	const [promise, held] = await Promise.all([
		log.promise().catch(() => undefined),
		heldIn(log, allPlaces(tenant, endpoint.id, endpoint.generations), nowMs).catch(() => undefined),
	]);
	const { storage } = endpoint;
	return {
		log: promise?.log,
		partitions: endpoint.partitions,
		fixedPartitions: promise?.fixedPartitions,
		durability: {
			chosen: storage.durability,
			inForce: promise === undefined ? undefined : durabilityInForce(storage.durability, promise),
			usual: promise?.usual,
			classes: DURABILITY_CLASSES.map((name) => ({ name, refused: promise?.refused[name] })),
		},
		keepMs: storage.keepMs,
		usualKeepMs: keepMs,
		maxBytes: storage.maxBytes,
		held,
	};
}

async function heldIn(log: StorageLog, all: ReturnType<typeof allPlaces>, nowMs: number): Promise<Storage["held"]> {
	const [sizes, first] = await Promise.all([
		Promise.all(all.map(({ stream, partition }) => log.bytes(stream, partition))),
		log.read(
			all.map((place) => ({ ...place, after: "" })),
			{ maxBytes: 1, waitMs: 0 },
		),
	]);
	const bytes = sizes.reduce((sum, size) => sum + size, 0);
	const times = first.flatMap(([entry]) => (entry === undefined ? [] : [readFrameHeader(entry.frame).ingestTimeMs]));
	if (times.length === 0) return { bytes };
	const oldestAt = Math.min(...times);
	const spanMs = nowMs - oldestAt;
	return { bytes, oldestAt, bytesPerDay: spanMs < LEAST_SPAN_MS ? undefined : Math.round((bytes / spanMs) * DAY_MS) };
}

interface ChangeContext {
	readonly log: Pick<StorageLog, "promise" | "setDurability">;
	readonly endpoints: Pick<Endpoints, "setStorage">;
	readonly tenant: string;
	readonly flow: string;
	readonly id: string;
	/** Does something after a while, if the process is still there then. */
	later(afterMs: number, act: () => Promise<unknown>): void;
}

/**
 * Changes how a stream is kept. A class that promises more holds in the log before a door says so; one that promises less only when every door
 * has stopped saying more.
 */
export async function changeStorage(
	context: ChangeContext,
	change: StorageChange,
): Promise<{ readonly before: StoredEndpoint; readonly after: StoredEndpoint }> {
	const { log, endpoints, tenant, flow, id } = context;
	const promise = change.durability === undefined ? undefined : await log.promise();
	const refused = promise?.refused[change.durability ?? promise.usual];
	if (refused !== undefined) throw new WeirError("STORAGE_REFUSED", refused);
	const settle = async ({ generations }: StoredEndpoint, chosen: Durability | undefined) => {
		if (promise === undefined) return;
		for (const generation of generations.keys())
			await log.setDurability(endpointStream(tenant, id, generation + 1), durabilityInForce(chosen, promise));
	};
	let before: StoredEndpoint | undefined;
	const after = await endpoints.setStorage(flow, id, change, async (now) => {
		before = now;
		const chosen = change.durability ?? undefined;
		if (promise !== undefined && !isLess(chosen, now.storage.durability, promise)) await settle(now, chosen);
	});
	if (promise !== undefined) {
		context.later(DOORS_KNOW_MS, () => endpoints.setStorage(flow, id, {}, (now) => settle(now, now.storage.durability)));
	}
	return { before: before ?? after, after };
}

function isLess(chosen: Durability | undefined, was: Durability | undefined, promise: LogPromise): boolean {
	const rank = (one: Durability | undefined) => DURABILITY_CLASSES.indexOf(durabilityInForce(one, promise));
	return rank(chosen) < rank(was);
}
