import type { DrillName } from "./drill.ts";

/** A change that makes the product break a promise. It exists only here: it is put into the source text while that is loaded. */
export interface Mutant {
	readonly name: string;
	readonly what: string;
	/** Ids of the faults that bring it to light in a running product; empty: another thing hides it there from everybody who looks from outside. */
	readonly faults: readonly string[];
	readonly patches: readonly Patch[];
	/** Sees it within a second or two. */
	readonly drill: DrillName;
}

export interface Patch {
	/** From the root of the repository. */
	readonly file: string;
	/** Stands in the file exactly once. */
	readonly find: string;
	readonly replace: string;
}

const POSTGRES = "packages/backends/src/authority-postgres.ts";
const SCRIPTS = "packages/backends/src/authority-scripts.ts";
const LOG_SCRIPTS = "packages/backends/src/log-scripts.ts";
const WRITER = "apps/gateway/src/writer.ts";
const OPEN_TASK = "packages/runtime/src/open-task.ts";

export const MUTANTS: readonly Mutant[] = [
	{
		name: "no-fence-postgres",
		what: "a commit in PostgreSQL does not look at the generation",
		faults: [],
		drill: "commits",
		patches: [
			{
				file: POSTGRES,
				find: "where task = $1 and generation = $2 and position = $3 for update",
				replace: "where task = $1 and $2::bigint is not null and position = $3 for update",
			},
			{
				file: POSTGRES,
				find: "where task = $1 and generation = $2 and position = $3 returning 1",
				replace: "where task = $1 and $2::bigint is not null and position = $3 returning 1",
			},
		],
	},
	{
		name: "no-previous-position-postgres",
		what: "a commit in PostgreSQL does not look at the place it began from",
		faults: [],
		drill: "commits",
		patches: [
			{
				file: POSTGRES,
				find: "where task = $1 and generation = $2 and position = $3 for update",
				replace: "where task = $1 and generation = $2 and $3::text is not null for update",
			},
			{
				file: POSTGRES,
				find: "where task = $1 and generation = $2 and position = $3 returning 1",
				replace: "where task = $1 and generation = $2 and $3::text is not null returning 1",
			},
		],
	},
	{
		name: "no-fence-log",
		what: "a commit in the log does not look at the generation",
		faults: [],
		drill: "commits",
		patches: [{ file: SCRIPTS, find: "if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then", replace: "if held[2] ~= ARGV[2] then" }],
	},
	{
		name: "no-previous-position-log",
		what: "a commit in the log does not look at the place it began from",
		faults: [],
		drill: "commits",
		patches: [{ file: SCRIPTS, find: "if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then", replace: "if held[1] ~= ARGV[1] then" }],
	},
	{
		name: "neither-fence-log",
		what: "a commit in the log looks at nothing",
		faults: ["F3"],
		drill: "commits",
		patches: [{ file: SCRIPTS, find: "if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then", replace: "if false then" }],
	},
	{
		name: "position-afterwards",
		what: "the place is saved in a transaction of its own, after the rows",
		faults: ["F1", "F10a"],
		drill: "commits",
		patches: [
			{
				file: POSTGRES,
				find: "				const step = next();\n",
				replace: `				const step = next();
				if (transaction !== undefined) await session.query("commit");
				await new Promise((resolve) => setTimeout(resolve, 400));
				if (transaction !== undefined) await session.query("begin");
`,
			},
		],
	},
	{
		name: "acknowledged-before-append",
		what: "the door answers before the log has the records",
		faults: ["F29", "F5a"],
		drill: "doors",
		patches: [
			{
				file: WRITER,
				find: "		return await stored;",
				replace: `		stored.catch(() => undefined);
		return { accepted: pieces.reduce((sum, { count }) => sum + count, 0), duplicates: 0 };`,
			},
		],
	},
	{
		name: "acknowledged-before-fsync",
		what: "a Redis that writes to its disk once a second passes for one that does so before it answers",
		faults: [],
		drill: "records",
		patches: [
			{
				file: "packages/backends/src/log-redis-promise.ts",
				find: 'settings.appendonly === "yes" && settings.appendfsync === "always"',
				replace: 'settings.appendonly === "yes"',
			},
		],
	},
	{
		name: "repeated-under-a-new-number",
		what: "the gateway repeats an append whose answer was lost as if it were another",
		faults: ["F5c"],
		drill: "doors",
		patches: [
			{
				file: WRITER,
				find: "				const duplicates = await send();",
				replace:
					"				const duplicates = await (attempt === 0 ? send() : this.#sender(lane, units, { id: this.#producer, seq: ++this.#seq })());",
			},
		],
	},
	{
		name: "message-ids-forgotten",
		what: "the log does not remember the ids of messages",
		faults: ["F29"],
		drill: "records",
		patches: [{ file: LOG_SCRIPTS, find: "if hit == 1 then seen[", replace: "if false then seen[" }],
	},
	{
		name: "state-not-restored",
		what: "what operators remember does not survive a death",
		faults: ["F1"],
		drill: "tasks",
		patches: [{ file: OPEN_TASK, find: "book.takeRestored()", replace: "(book.takeRestored(), new Map())" }],
	},
	{
		name: "dedup-outside-the-checkpoint",
		what: "the keys of de-duplication are not part of the checkpoint",
		faults: ["F1"],
		drill: "tasks",
		patches: [
			{
				file: OPEN_TASK,
				find: "book.takeRestored()",
				replace: 'new Map([...book.takeRestored()].filter(([node]) => node !== "once"))',
			},
		],
	},
	{
		name: "counters-begin-anew",
		what: "the counters of the ledger do not survive a death",
		faults: ["F1"],
		drill: "tasks",
		patches: [{ file: OPEN_TASK, find: "new Tally(checkpoint.counters)", replace: "new Tally({})" }],
	},
	{
		name: "trimmed-too-far",
		what: "the log forgets what a sink has still to write",
		faults: ["F11b"],
		drill: "trims",
		patches: [
			{ file: "workers/control/src/control-worker.ts", find: "dueMs: Date.now() + TRIM_MS,", replace: "dueMs: 0," },
			{ file: "workers/control/src/control-worker.ts", find: "everyMs: TRIM_MS,", replace: "everyMs: 500," },
			{
				file: "workers/control/src/trimmer.ts",
				find: "await log.trim(stream, partition, log.compare(kept, least) < 0 ? kept : least);",
				replace: "await log.trim(stream, partition, (await log.state(stream, partition)).last);",
			},
			{ file: "workers/control/src/trimmer.ts", find: 'if (isUncertain || least === "") continue;', replace: "" },
		],
	},
	{
		name: "version-without-state",
		what: "a new version begins without what the one before remembered",
		faults: ["F23"],
		drill: "tasks",
		patches: [{ file: OPEN_TASK, find: "if (first !== undefined) book.adopt(first.parts);", replace: "" }],
	},
	{
		name: "state-of-the-wrong-version",
		what: "a new version begins with what the one before the last remembered",
		faults: ["F23"],
		drill: "tasks",
		patches: [
			{
				file: "packages/runtime/src/lineage.ts",
				find: "await this.#parts.job(job.previous);",
				replace: "await this.#parts.job((await this.#parts.job(job.previous))?.previous ?? job.previous);",
			},
		],
	},
	{
		name: "generation-from-a-counter-that-can-be-lost",
		what: "generations come from a counter that begins anew with its owner",
		faults: ["F1"],
		drill: "leases",
		patches: [
			{
				file: "packages/db/src/worker/tasks.ts",
				find: "update task set generation = nextval('weir_generation'), owner = $4, heartbeat_at = now(), state = 'running'",
				replace: "update task set generation = 1, owner = $4, heartbeat_at = now(), state = 'running'",
			},
		],
	},
	{
		name: "frames-before-the-fence",
		what: "the rows for the next stage are appended before anybody asks who may commit",
		faults: ["F3"],
		drill: "commits",
		patches: [
			{ file: SCRIPTS, find: "if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end\n", replace: "" },
			{
				file: SCRIPTS,
				find: "redis.call('HSET', KEYS[1], 'position', ARGV[3]",
				replace: "if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end\nredis.call('HSET', KEYS[1], 'position', ARGV[3]",
			},
		],
	},
];
