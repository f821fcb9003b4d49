import type { Counters } from "@weir/jobs";
import type { CounterMetric, Metrics } from "@weir/telemetry";

/** What a stream worker tells Prometheus. Labels carry ids only. */
export interface WorkerMetrics {
	readonly pauses: CounterMetric;
	readonly commits: CounterMetric;
	/** Takes a task's committed counters; what was added since the last time is added here. */
	note(task: string, counters: Counters, lagRecords: number): void;
}

const SUMS = ["in", "filtered", "duplicate", "late", "dead", "delivered"] as const;

export function createWorkerMetrics(
	metrics: Metrics,
	gauges: { readonly running: () => number; readonly warm: () => number },
): WorkerMetrics {
	const records = metrics.counter({ name: "records_total", help: "Records by what became of them at a node.", labels: ["count"] });
	const commits = metrics.counter({ name: "commits_total", help: "Commits of tasks." });
	const pauses = metrics.counter({ name: "task_pauses_total", help: "Pauses of tasks after a failure, by its code.", labels: ["code"] });
	metrics.gauge({ name: "slices_running", help: "Slices under way.", read: gauges.running });
	metrics.gauge({ name: "tasks_warm", help: "Tasks whose state is in memory.", read: gauges.warm });
	const lags = new Map<string, number>();
	metrics.gauge({
		name: "lag_records",
		help: "Records that the tasks of this worker have not committed yet.",
		read: () => [...lags.values()].reduce((sum, lag) => sum + lag, 0),
	});
	const before = new Map<string, Counters>();
	return {
		pauses,
		commits,
		note(task, counters, lagRecords) {
			const last = before.get(task);
			before.set(task, counters);
			lags.set(task, lagRecords);
			// A task met for the first time has a past that another process counted.
			if (last === undefined || last === counters) return;
			commits.add(1);
			for (const count of SUMS) {
				let added = 0;
				for (const [name, n] of Object.entries(counters)) {
					if (name.startsWith("node/") && name.endsWith(`/${count}`)) added += n - (last[name] ?? 0);
				}
				if (added > 0) records.add(added, { count });
			}
		},
	};
}
