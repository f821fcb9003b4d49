import type { TenantStore } from "@weir/db";
import type { TaskReport } from "@weir/jobs";
import type { JobReport, JobTask, StageSum } from "../api/contract/index.ts";
import type { Observed } from "../live/observer.ts";

/** What the job's tasks do now: what the database wants and knows of them, with what their workers told last. */
export async function jobReport(tenant: TenantStore, { at, job, reports }: Observed): Promise<JobReport> {
	const stored = job === undefined ? [] : await tenant.jobs.tasks(job.id);
	const told = new Map(reports.map((report) => [`${report.stage}/${report.partition}`, report]));
	const tasks = stored.map((task) => toTask(task, told.get(`${task.stage}/${task.partition}`)));
	return { at, job, tasks, workers: workersOf(tasks, reports) };
}

type StoredTask = Awaited<ReturnType<TenantStore["jobs"]["tasks"]>>[number];

function toTask(task: StoredTask, report: TaskReport | undefined): JobTask {
	const failure = task.failure ?? report?.failure;
	return {
		stage: task.stage,
		partition: task.partition,
		state: task.state,
		worker: task.owner ?? report?.worker,
		generation: task.generation,
		restarts: task.restarts,
		heartbeatAt: task.heartbeatAtMs,
		lagRecords: report?.lagRecords,
		watermark: report?.watermark,
		position: { ...report?.position },
		committedAt: report?.committedAt,
		storedBytes: report?.storedBytes,
		stateBytes: { ...report?.stateBytes },
		...(report?.spilledBytes === undefined ? {} : { spilledBytes: { ...report.spilledBytes } }),
		...(failure === undefined ? {} : { failure: { ...failure } }),
	};
}

function workersOf(tasks: readonly JobTask[], reports: readonly TaskReport[]): JobReport["workers"] {
	const limits = new Map(reports.map(({ worker, stateLimitBytes }) => [worker, stateLimitBytes]));
	const workers = new Map<string, { tasks: number; stateBytes: number }>();
	for (const { worker, state, stateBytes } of tasks) {
		if (worker === undefined || state !== "running") continue;
		const held = workers.get(worker) ?? { tasks: 0, stateBytes: 0 };
		held.tasks += 1;
		for (const bytes of Object.values(stateBytes)) held.stateBytes += bytes;
		workers.set(worker, held);
	}
	return [...workers]
		.map(([name, held]) => ({ name, ...held, stateLimitBytes: limits.get(name) }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** The tasks of each stage together, in the order of the plan. */
export function stageSums({ plan }: Observed, { tasks }: JobReport): StageSum[] {
	return (plan?.stages ?? []).map((stage) => {
		const own = tasks.filter((task) => task.stage === stage.id);
		const count = (state: JobTask["state"]) => own.filter((task) => task.state === state).length;
		const commits = own.flatMap(({ committedAt, state }) => (committedAt === undefined || state === "done" ? [] : [committedAt]));
		return {
			id: stage.id,
			nodes: stage.nodes.map((node) => node.id),
			partitions: stage.partitions,
			tasks: { waiting: count("waiting"), running: count("running"), done: count("done"), failed: count("failed") },
			lagRecords: sumOfKnown(own.map((task) => task.lagRecords)),
			oldestCommitAt: commits.length === 0 ? undefined : Math.min(...commits),
			storedBytes: sumOfKnown(own.map((task) => task.storedBytes)),
		};
	});
}

/** Undefined where nothing is known: that is not zero. */
function sumOfKnown(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
