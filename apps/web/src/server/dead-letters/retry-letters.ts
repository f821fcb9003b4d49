import type { LetterChoice, TenantStore } from "@weir/db";
import { retryPlace } from "@weir/runtime";
import type { Retried } from "../api/contract/index.ts";

/** So many at once: each is looked at, and a person who named millions sees them go in steps. */
const AT_ONCE = 5_000;

const NO_JOB = "The flow is not deployed, or was drained to its end. Deploy or resume it, then try again.";
const NO_PLACE =
	"The node is no longer part of the flow, joins several inputs, or kept no row that it could be given. Send such records again from their source, or discard them.";
const OF_REPLAY =
	"A replay set them aside, and it writes beside the flow. Start the replay again once what was wrong is put right, or discard them.";
const TOO_LATE = "A new version was deployed in the same moment. Try again.";

/** Hands open dead letters to the tasks that can take them again; the rest stay as they are. */
export async function retryLetters(tenant: TenantStore, choice: LetterChoice): Promise<Retried> {
	const open = await tenant.deadLetters.open(choice, AT_ONCE);
	const own = open.filter((letter) => !letter.isOfReplay);
	const byFlow = Map.groupBy(own, (letter) => letter.flow);
	let retrying = 0;
	let reason = own.length < open.length ? OF_REPLAY : undefined;
	for (const [flow, letters] of byFlow) {
		const job = await tenant.jobs.newest(flow);
		if (job === undefined || job.state === "finished" || job.wanted === "drained") {
			reason ??= NO_JOB;
			continue;
		}
		const plan = await tenant.jobs.plan(job.plan);
		const placed = letters.flatMap((letter) => {
			const place = retryPlace(plan, letter);
			return place === undefined ? [] : [{ id: letter.id, ...place }];
		});
		if (placed.length < letters.length) reason ??= NO_PLACE;
		const handed = await tenant.deadLetters.retry(flow, job.id, placed);
		if (handed < placed.length) reason ??= TOO_LATE;
		retrying += handed;
	}
	return { retrying, refused: open.length - retrying, reason, hasMore: open.length === AT_ONCE };
}
