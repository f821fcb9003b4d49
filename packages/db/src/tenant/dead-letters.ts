import { WeirError } from "@weir/errors";
import type { InTenant, ScopedClient } from "./client.ts";
import { lockFlow } from "./flow-row.ts";
import { newestJob } from "./job-row.ts";

export interface DeadLetterGroup {
	readonly flow: string;
	readonly flowName: string;
	readonly node: string;
	readonly code: string;
	/** Number of the replay that set them aside; undefined: the flow itself did. */
	readonly replay: number | undefined;
	/** Reason of the newest. */
	readonly reason: string;
	readonly count: number;
	/** Of these, how many are being tried again. */
	readonly retrying: number;
	readonly firstAtMs: number;
	readonly lastAtMs: number;
	/** Per hour of the last 24, oldest first. */
	readonly trend: readonly number[];
}

export interface StoredDeadLetter {
	readonly id: string;
	readonly flow: string;
	readonly job: string;
	/** Number of the replay that set it aside; undefined: the flow itself did. */
	readonly replay: number | undefined;
	readonly version: number;
	readonly node: string;
	readonly code: string;
	readonly reason: string;
	readonly position: string | undefined;
	readonly raw: Uint8Array;
	readonly sizeBytes: number;
	readonly atMs: number;
	readonly state: DeadLetterState;
	/** Why it was discarded, or came back. */
	readonly note: string | undefined;
}

export type DeadLetterState = "open" | "retrying" | "retried" | "discarded";

/** Letters by id, or all open ones that a filter finds. */
export type LetterChoice = { readonly ids: readonly string[] } | DeadLetterFilter;

/** An open letter, as far as it takes to find the task that can take it again. */
export interface OpenLetter {
	readonly id: string;
	readonly flow: string;
	/** Of a replay: its rows stand beside the flow's, and no task can take it again. */
	readonly isOfReplay: boolean;
	readonly node: string;
	readonly row: string | undefined;
	readonly key: string | undefined;
}

export interface DeadLetterFilter {
	readonly flow?: string | undefined;
	readonly node?: string | undefined;
	readonly code?: string | undefined;
	/** Those of a replay, by its number. */
	readonly replay?: number | undefined;
}

export interface DeadLetterPage {
	/** Newest first; `raw` is cut at 500 bytes. */
	readonly records: readonly StoredDeadLetter[];
	readonly nextCursor: string | undefined;
}

export interface TenantDeadLetters {
	groups(nowMs: number, flow?: string): Promise<readonly DeadLetterGroup[]>;
	page(filter: DeadLetterFilter, cursor: string | undefined, limit: number): Promise<DeadLetterPage>;
	/** Oldest first, at most `limit`; what is not open is left out. */
	open(choice: LetterChoice, limit: number): Promise<readonly OpenLetter[]>;
	/** Hands open letters to tasks of the flow's newest job; answers how many. None when a newer job was deployed meanwhile. */
	retry(
		flow: string,
		job: string,
		letters: readonly { readonly id: string; readonly stage: string; readonly partition: number }[],
	): Promise<number>;
	/** Gives open letters up, for a reason; answers how many. */
	discard(choice: LetterChoice, reason: string): Promise<number>;
	get(id: string): Promise<StoredDeadLetter & { readonly flowName: string }>;
	/** Of the last 24 hours, by flow. */
	countByFlow(nowMs: number): Promise<ReadonlyMap<string, number>>;
}

const HOUR_MS = 3_600_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function openDeadLetters(run: InTenant): TenantDeadLetters {
	return {
		groups: (nowMs, flow) => run((tx) => groups(tx, nowMs, flow)),
		page: (filter, cursor, limit) => run((tx) => page(tx, filter, cursor, limit)),
		open: (choice, limit) =>
			run(async (tx) => {
				const { ids, flow, node, code, replay } = chosen(choice);
				const rows = await tx.$queryRaw<(Omit<OpenLetter, "row" | "key"> & { row: string | null; key: string | null })[]>`
					select d.id, d.flow_id as flow, d.node, d.row, d.key, j.replay is not null as "isOfReplay"
					from dead_letter d join job j on j.id = d.job_id and j.tenant_id = d.tenant_id where d.state = 'open'
						and (${ids}::text[] is null or d.id = any(${ids}::text[])) and (${flow}::uuid is null or d.flow_id = ${flow}::uuid)
						and (${node}::text is null or d.node = ${node}) and (${code}::text is null or d.code = ${code})
						and (${ids}::text[] is not null or j.replay is not distinct from ${replay}::int)
					order by d.created_at, d.id limit ${limit}`;
				return rows.map((each) => ({ ...each, row: each.row ?? undefined, key: each.key ?? undefined }));
			}),
		retry: (flow, job, letters) => run((tx) => retry(tx, flow, job, letters)),
		discard: (choice, reason) =>
			run(async (tx) => {
				const { ids, flow, node, code, replay } = chosen(choice);
				return tx.$executeRaw`
					update dead_letter d set state = 'discarded', note = ${reason}, settled_at = now() from job j
					where j.id = d.job_id and j.tenant_id = d.tenant_id and d.state = 'open'
						and (${ids}::text[] is null or d.id = any(${ids}::text[])) and (${flow}::uuid is null or d.flow_id = ${flow}::uuid)
						and (${node}::text is null or d.node = ${node}) and (${code}::text is null or d.code = ${code})
						and (${ids}::text[] is not null or j.replay is not distinct from ${replay}::int)`;
			}),
		get: (id) =>
			run(async (tx) => {
				const row = await tx.deadLetter.findUnique({
					where: { id },
					include: { job: { select: { replay: true, flowVersion: { select: { number: true } }, flow: { select: { name: true } } } } },
				});
				if (!row) throw new WeirError("ACCESS_NOT_FOUND", "There is no such dead letter.");
				const { job, ...rest } = row;
				return {
					...toDeadLetter({ ...rest, replay: job.replay, version: job.flowVersion.number, size: row.raw.length }),
					flowName: job.flow.name,
				};
			}),
		countByFlow: (nowMs) =>
			run(async (tx) => {
				const since = new Date(nowMs - 24 * HOUR_MS);
				const rows = await tx.$queryRaw<{ flow: string; count: number }[]>`
					select d.flow_id as flow, count(*)::float8 as count from dead_letter d
						join job j on j.id = d.job_id and j.tenant_id = d.tenant_id and j.replay is null
					where d.created_at >= ${since} group by 1`;
				return new Map(rows.map((row) => [row.flow, row.count]));
			}),
	};
}

interface Chosen {
	ids: string[] | null;
	flow: string | null;
	node: string | null;
	code: string | null;
	replay: number | null;
}

function chosen(choice: LetterChoice): Chosen {
	if ("ids" in choice) return { ids: [...choice.ids], flow: null, node: null, code: null, replay: null };
	const { flow = null, node = null, code = null, replay = null } = choice;
	return { ids: null, flow, node, code, replay };
}

// Under the flow's lock numbers become visible in their order: a task that has seen one will never find a smaller one later.
async function retry(
	tx: ScopedClient,
	flow: string,
	job: string,
	letters: readonly { readonly id: string; readonly stage: string; readonly partition: number }[],
): Promise<number> {
	await lockFlow(tx, flow);
	if ((await newestJob(tx, flow))?.id !== job) return 0;
	const handed = await tx.$executeRaw`
		with numbered as (
			select l.id, l.stage, l.partition, nextval('weir_retry') as seq from (
				select * from unnest(${letters.map((l) => l.id)}::text[], ${letters.map((l) => l.stage)}::text[], ${letters.map((l) => l.partition)}::int[])
					with ordinality as u(id, stage, partition, n) order by n
			) l
		)
		update dead_letter d set state = 'retrying', retry_job = ${job}::uuid, retry_stage = numbered.stage, retry_partition = numbered.partition,
			retry_seq = numbered.seq, retry_tries = 0, settled_at = null, note = null
		from numbered where d.id = numbered.id and d.state = 'open' and d.flow_id = ${flow}::uuid`;
	await tx.$executeRaw`
		update job set retry_seq = greatest(retry_seq, coalesce((select max(retry_seq) from dead_letter where retry_job = ${job}::uuid), 0))
		where id = ${job}::uuid`;
	return handed;
}

async function groups(tx: ScopedClient, nowMs: number, flow?: string): Promise<readonly DeadLetterGroup[]> {
	if (flow !== undefined && !UUID.test(flow)) return [];
	const from = nowMs - 24 * HOUR_MS;
	const rows = await tx.$queryRaw<(Omit<DeadLetterGroup, "trend" | "replay"> & { hours: number[]; replay: number | null })[]>`
		select d.flow_id as flow, f.name as "flowName", d.node, d.code, j.replay, count(*)::float8 as count,
			count(*) filter (where d.state = 'retrying')::float8 as retrying,
			(array_agg(d.reason order by d.created_at desc))[1] as reason,
			extract(epoch from min(d.created_at))::float8 * 1000 as "firstAtMs", extract(epoch from max(d.created_at))::float8 * 1000 as "lastAtMs",
			coalesce(array_agg(floor((extract(epoch from d.created_at) * 1000 - ${from}) / ${HOUR_MS})::int)
				filter (where d.created_at >= to_timestamp(${from / 1000})), '{}') as hours
		from dead_letter d join flow f on f.tenant_id = d.tenant_id and f.id = d.flow_id
			join job j on j.id = d.job_id and j.tenant_id = d.tenant_id
		where d.state in ('open', 'retrying') and (${flow ?? null}::uuid is null or d.flow_id = ${flow ?? null}::uuid)
		group by 1, 2, 3, 4, 5 order by max(d.created_at) desc limit 500`;
	return rows.map(({ hours, replay, ...group }) => {
		const trend = Array.from({ length: 24 }, () => 0);
		for (const hour of hours) if (hour >= 0 && hour < 24) trend[hour] = (trend[hour] ?? 0) + 1;
		return { ...group, replay: replay ?? undefined, trend };
	});
}

async function page(tx: ScopedClient, filter: DeadLetterFilter, cursor: string | undefined, limit: number): Promise<DeadLetterPage> {
	const { flow = null, node = null, code = null, replay = null } = filter;
	if (flow !== null && !UUID.test(flow)) return { records: [], nextCursor: undefined };
	const place = readCursor(cursor);
	const rows = await tx.$queryRaw<DeadLetterRow[]>`
		select d.id, d.flow_id as "flowId", d.job_id as "jobId", j.replay, v.number as version, d.node, d.code, d.reason, d.position,
			substring(d.raw for 500) as raw, length(d.raw) as size, d.created_at as "createdAt", d.state, d.note
		from dead_letter d join job j on j.id = d.job_id and j.tenant_id = d.tenant_id
			join flow_version v on v.id = j.flow_version_id and v.tenant_id = d.tenant_id
		where d.state in ('open', 'retrying') and (${flow}::uuid is null or d.flow_id = ${flow}::uuid) and (${node}::text is null or d.node = ${node})
			and (${code}::text is null or d.code = ${code}) and (${node}::text is null or j.replay is not distinct from ${replay}::int)
			and (${place.at}::timestamptz is null or (d.created_at, d.id) < (${place.at}::timestamptz, ${place.id}::text))
		order by d.created_at desc, d.id desc limit ${limit + 1}`;
	const records = rows.slice(0, limit).map(toDeadLetter);
	const last = records.at(-1);
	return { records, nextCursor: rows.length > limit && last !== undefined ? `${last.atMs}~${last.id}` : undefined };
}

function readCursor(cursor: string | undefined): { at: Date | null; id: string } {
	const match = /^(\d{1,15})~(.+)$/.exec(cursor ?? "");
	return match === null ? { at: null, id: "" } : { at: new Date(Number(match[1])), id: match[2] ?? "" };
}

interface DeadLetterRow {
	id: string;
	flowId: string;
	jobId: string;
	replay: number | null;
	version: number;
	node: string;
	code: string;
	reason: string;
	position: string | null;
	raw: Uint8Array;
	size: number;
	createdAt: Date;
	state: string;
	note: string | null;
}

function toDeadLetter(row: DeadLetterRow): StoredDeadLetter {
	return {
		id: row.id,
		flow: row.flowId,
		job: row.jobId,
		replay: row.replay ?? undefined,
		version: row.version,
		node: row.node,
		code: row.code,
		reason: row.reason,
		position: row.position ?? undefined,
		raw: row.raw,
		sizeBytes: row.size,
		atMs: row.createdAt.getTime(),
		state: row.state as DeadLetterState,
		note: row.note ?? undefined,
	};
}
