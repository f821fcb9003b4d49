import type { LiveReports, LogAuthority, SinkAuthorities } from "@weir/backends";
import type { StoredJob, WorkerStore } from "@weir/db";
import type { Position } from "@weir/runtime";
import type { Logger } from "@weir/telemetry";

export interface CutParts {
	readonly store: WorkerStore;
	readonly logAuthority: LogAuthority;
	readonly sinks: SinkAuthorities;
	readonly reports: LiveReports;
	readonly logger: Logger;
}

/**
 * Where a job's sources start: at the places that the job before it has committed. Undefined while that one is not at rest,
 * or while its checkpoints cannot be read. So every record is processed by exactly one version (I12).
 */
export async function cutAfter(parts: CutParts, job: StoredJob): Promise<Position | undefined> {
	if (job.previous === undefined) return {};
	const previous = await parts.store.job(job.previous);
	if (previous === undefined) return {};
	if (!isAtRest(previous)) return undefined;
	const plan = await parts.store.plan(previous.plan);
	if (plan === undefined) return {};
	// What it never got to, it would have started at; one that was stopped before it began would have followed the one before it.
	const start = previous.startPosition ?? (await cutAfter(parts, previous));
	if (start === undefined) return undefined;
	const position: Record<string, string> = { ...start };
	for (const stage of plan.stages) {
		if (!stage.inputs.some((input) => input.type === "source")) continue;
		for (let partition = 0; partition < stage.partitions; partition++) {
			const task = { tenant: previous.tenant, job: previous.id, stage: stage.id, partition };
			try {
				const authority =
					stage.authority.type === "log" ? parts.logAuthority : await parts.sinks.of(previous.tenant, stage.authority.connection);
				const checkpoint = await authority.read(task);
				for (const [place, entry] of Object.entries(checkpoint?.position ?? {})) if (place.startsWith("e:")) position[place] = entry;
			} catch (error) {
				if (previous.state !== "failed") throw error;
				// Its database refuses us: that is why it failed. What it reported last is what it had committed.
				parts.logger.warn("A checkpoint of a failed job cannot be read; its last report is used.", { failed: error, jobId: previous.id });
				const report = (await parts.reports.ofJob(previous.id)).find((one) => one.stage === stage.id && one.partition === partition);
				for (const [place, entry] of Object.entries(report?.position ?? {})) if (place.startsWith("e:")) position[place] = entry;
			}
		}
	}
	return position;
}

function isAtRest(job: StoredJob): boolean {
	return job.state === "finished" || job.state === "failed" || (job.state === "stopped" && job.wanted === "stopped");
}
