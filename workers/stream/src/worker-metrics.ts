import type { Counters } from "@weir/jobs";
import type { CounterMetric, Metrics } from "@weir/telemetry";

/** What a stream worker tells Prometheus. Labels carry ids only. */
export interface WorkerMetrics {
	readonly pauses: CounterMetric;
	readonly commits: CounterMetric;
	/** Takes a task's committed figures; what was added to its counters since the last time is added here. */
	note(task: string, figures: TaskFigures): void;
	/** This process holds the task no longer. */
	forget(task: string): void;
}

export interface TaskFigures {
	readonly counters: Counters;
	readonly lagRecords: number;
	/** Bytes of memory by node. */
	readonly stateBytes: ReadonlyMap<string, number>;
	readonly storedBytes: number;
}

const SUMS = ["in", "filtered", "duplicate", "late", "dead", "delivered"] as const;

export function createWorkerMetrics(
	metrics: Metrics,
	gauges: { readonly running: () => number; readonly warm: () => number; readonly spilledBytes: () => number },
): WorkerMetrics {
	const records = metrics.counter({ name: "records_total", help: "Records by what became of them at a node.", labels: ["count"] });
	const commits = metrics.counter({ name: "commits_total", help: "Commits of tasks." });
	const pauses = metrics.counter({ name: "task_pauses_total", help: "Pauses of tasks after a failure, by its code.", labels: ["code"] });
	metrics.gauge({ name: "slices_running", help: "Slices under way.", read: gauges.running });
	metrics.gauge({ name: "tasks_warm", help: "Tasks whose state is in memory.", read: gauges.warm });
	metrics.gauge({ name: "spilled_bytes", help: "Bytes of states on the local disk of this worker.", read: gauges.spilledBytes });
	const last = new Map<string, TaskFigures>();
	const sumOf = (figure: (figures: TaskFigures) => number) => () => {
		let sum = 0;
		for (const figures of last.values()) sum += figure(figures);
		return sum;
	};
	metrics.gauge({
		name: "lag_records",
		help: "Records that the tasks of this worker have not committed yet.",
		read: sumOf(({ lagRecords }) => lagRecords),
	});
	metrics.gauge({
		name: "state_bytes",
		help: "Memory that the states of the nodes of this worker's tasks take.",
		read: sumOf(({ stateBytes }) => {
			let sum = 0;
			for (const bytes of stateBytes.values()) sum += bytes;
			return sum;
		}),
	});
	metrics.gauge({
		name: "checkpoint_bytes",
		help: "Bytes that are stored of the states of this worker's tasks.",
		read: sumOf(({ storedBytes }) => storedBytes),
	});
	return {
		pauses,
		commits,
		note(task, figures) {
			const { counters } = figures;
			const before = last.get(task)?.counters;
			last.set(task, figures);
			// A task met for the first time has a past that another process counted.
			if (before === undefined || before === counters) return;
			commits.add(1);
			for (const count of SUMS) {
				let added = 0;
				for (const [name, n] of Object.entries(counters)) {
					if (name.startsWith("node/") && name.endsWith(`/${count}`)) added += n - (before[name] ?? 0);
				}
				if (added > 0) records.add(added, { count });
			}
		},
		forget(task) {
			last.delete(task);
		},
	};
}
