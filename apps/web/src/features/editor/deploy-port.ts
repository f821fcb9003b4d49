import type { DeployPreview, DeployStep } from "@weir/canvas";
import type { FlowDetail, DeployPreview as PreviewAnswer } from "../../client/contract.ts";
import { flowApi } from "../../client/flows.ts";

const POLL_MS = 700;
/** A stream worker takes a new task within seconds; after this long something is wrong that the overview shows better. */
const PATIENCE_MS = 60_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function isProblemFix(fix: unknown): fix is NonNullable<DeployPreview["problems"][number]["fix"]> {
	return typeof fix === "object" && fix !== null && "action" in fix;
}

/** The preview as the dialog takes it. */
export function toPreview(answer: PreviewAnswer): DeployPreview {
	return {
		changes: answer.changes,
		plan: answer.plan,
		nodes: answer.nodes,
		inFlight: answer.inFlight,
		partitions: answer.partitions,
		problems: answer.problems.map(({ code, severity, message, nodeId, edgeId, path, at, fix }) => ({
			code,
			severity,
			message,
			...(nodeId === undefined ? {} : { nodeId }),
			...(edgeId === undefined ? {} : { edgeId }),
			...(path === undefined ? {} : { path }),
			...(at === undefined ? {} : { at }),
			...(isProblemFix(fix) ? { fix } : {}),
		})),
	};
}

function stepOf({ job, status }: FlowDetail): DeployStep | "failed" {
	if (status === "failed" || job?.state === "failed") return "failed";
	// It waits for the version before to stop at a commit.
	if (status === "draining" || job?.state === "created") return "draining";
	return job?.state === "running" || job?.state === "finished" ? "live" : "starting";
}

/** Deploys the saved draft and tells each step until records can flow. */
export async function deployAndWatch(
	tenant: string,
	flowId: string,
	rev: number,
	note: string,
	onStep: (step: DeployStep) => void,
	fresh: readonly string[] = [],
	partitions?: number,
): Promise<void> {
	onStep("validating");
	await flowApi.deploy(tenant, flowId, { rev, note, fresh, ...(partitions === undefined ? {} : { partitions }) });
	const until = Date.now() + PATIENCE_MS;
	while (Date.now() < until) {
		const flow = await flowApi.read(tenant, flowId);
		const step = stepOf(flow);
		if (step === "failed") throw new Error(flow.job?.failure?.message ?? "The flow failed to start.");
		onStep(step);
		if (step === "live") return;
		await pause(POLL_MS);
	}
	throw new Error("The new version is deployed, but no worker has started it within a minute. Its overview shows what it waits for.");
}
