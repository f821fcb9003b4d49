import { randomUUID } from "node:crypto";
import { type Action, can } from "@weir/access";
import type { TenantStore } from "@weir/db";
import { asWeirError, WeirError } from "@weir/errors";
import type { Log } from "@weir/runtime";
import type { LiveTopics } from "../api/contract/index.ts";
import { jobReport } from "../flows/job-report.ts";
import { received } from "../flows/received.ts";
import type { ControlBus } from "./control-bus.ts";
import type { Observer } from "./observer.ts";
import { rateOf } from "./observer.ts";
import { eventText, HEARTBEAT_TEXT, OPENING_TEXT, type Outlet, openOutlet } from "./sse.ts";
import { type Tap, Taps } from "./taps.ts";

/** Whom a stream belongs to. `member` is asked again and again: a right that is taken away ends what rests on it. */
export interface Viewer {
	readonly userId: string;
	readonly tenant: TenantStore;
	/** Undefined: signed out, or no member any more. */
	member(): Promise<{ readonly role: Parameters<typeof can>[0]["role"]; readonly viewersSeeData: boolean } | undefined>;
	/** Looking at payloads leaves a trace. */
	audit(action: string, target: string): Promise<void>;
}

/** One event stream per tab; its topics come by POST. */
export interface LiveHub {
	open(viewer: Viewer): ReadableStream<Uint8Array>;
	/** Replaces the topics of a stream; ACCESS_NOT_FOUND when it is not this person's in this tenant. */
	setTopics(stream: string, viewer: Pick<Viewer, "userId" | "tenant">, topics: readonly string[]): Promise<LiveTopics>;
	/** Streams and taps that are open, for tests and health. */
	counts(): { readonly streams: number; readonly taps: number };
	close(): void;
}

export interface HubOptions {
	readonly bus: ControlBus;
	readonly observer: Observer;
	readonly log: Pick<Log, "state" | "tail">;
	readonly now?: () => number;
	/** How often numbers go out. */
	readonly tickMs?: number;
}

const HEARTBEAT_MS = 15_000;
const TAP_LIFE_MS = 15 * 60_000;
const STREAMS_PER_USER = 20;

interface Topic {
	readonly name: string;
	/** Event name and data of now; undefined: nothing to tell. */
	next(): Promise<{ readonly event: string; readonly data: unknown } | undefined>;
	readonly needs: Action;
	readonly endsAt?: number;
	close?(): Promise<void>;
}

interface Stream {
	readonly id: string;
	readonly viewer: Viewer;
	readonly outlet: Outlet;
	topics: Map<string, Topic>;
	sentAt: number;
	isBusy: boolean;
}

export function createHub({ bus, observer, log, now = Date.now, tickMs = 1_000 }: HubOptions): LiveHub {
	const streams = new Map<string, Stream>();
	const taps = new Taps(bus, now);
	const timer = setInterval(() => {
		for (const stream of streams.values()) void tick(stream);
	}, tickMs);
	timer.unref();

	async function tick(stream: Stream): Promise<void> {
		if (stream.isBusy) return; // A slow look must not pile up.
		stream.isBusy = true;
		try {
			const member = await stream.viewer.member();
			if (member === undefined) {
				stream.outlet.close();
				return;
			}
			for (const topic of [...stream.topics.values()]) {
				const refusal = refusalOf(stream.viewer, topic, member, now());
				if (refusal === undefined) await tell(stream, topic);
				else await end(stream, topic, refusal);
			}
			if (now() - stream.sentAt >= HEARTBEAT_MS) send(stream, HEARTBEAT_TEXT);
		} catch {
			// The database is away for a moment: the page shows the numbers as stale, the next tick tries again.
		} finally {
			stream.isBusy = false;
		}
	}

	async function tell(stream: Stream, topic: Topic): Promise<void> {
		try {
			const told = await topic.next();
			if (told !== undefined && stream.topics.has(topic.name)) send(stream, eventText(told.event, told.data));
		} catch (error) {
			const failure = asWeirError(error);
			if (failure.code === "ACCESS_NOT_FOUND") await end(stream, topic, failure);
		}
	}

	function send(stream: Stream, text: string): void {
		if (stream.outlet.send(text)) stream.sentAt = now();
	}

	async function end(stream: Stream, topic: Topic, why: WeirError): Promise<void> {
		stream.topics.delete(topic.name);
		send(stream, eventText("ended", { topic: topic.name, code: why.code, message: why.message }));
		await topic.close?.();
	}

	function flowTopic(tenant: TenantStore, flow: string, name: string): Topic {
		return {
			name,
			needs: "metrics:read",
			async next() {
				const { job, metrics } = await observer.flow(tenant, flow);
				return { event: "flow", data: { flowId: flow, job, metrics } };
			},
		};
	}

	function jobTopic(tenant: TenantStore, flow: string, name: string): Topic {
		return {
			name,
			needs: "metrics:read",
			async next() {
				return { event: "job", data: { flowId: flow, ...(await jobReport(tenant, await observer.flow(tenant, flow))) } };
			},
		};
	}

	function flowsTopic(tenant: TenantStore): Topic {
		return {
			name: "flows",
			needs: "metrics:read",
			async next() {
				const jobs = await tenant.jobs.newestOfAll();
				const flows = await Promise.all([...jobs].map(async ([id, job]) => rateOf(id, await observer.job(tenant, job))));
				return { event: "flows", data: { at: now(), flows } };
			},
		};
	}

	async function endpointTopic(tenant: TenantStore, id: string, name: string): Promise<Topic> {
		const endpoint = await tenant.endpoints.find(id);
		if (endpoint === undefined) throw new WeirError("ACCESS_NOT_FOUND", "There is no such endpoint.");
		return {
			name,
			needs: "device:read",
			async next() {
				return { event: "endpoint", data: { endpointId: id, ...(await received(log, tenant.id, endpoint)) } };
			},
		};
	}

	async function tapTopic(viewer: Viewer, flow: string, target: string, name: string): Promise<Topic> {
		const { tenant } = viewer;
		const jobOf = async () => (await tenant.jobs.newest(flow))?.id;
		let job = await jobOf();
		let tap: Tap | undefined = job === undefined ? undefined : await taps.start(job, target);
		let checkedAt = now();
		await viewer.audit("data.tap", `flow ${flow}, ${target}`);
		return {
			name,
			needs: "data:read",
			endsAt: now() + TAP_LIFE_MS,
			async next() {
				if (now() - checkedAt > 3_000) {
					checkedAt = now();
					const current = await jobOf();
					// A deploy in between: look at the job that runs now.
					if (current !== job) {
						await tap?.close();
						job = current;
						tap = job === undefined ? undefined : await taps.start(job, target);
					}
					await tap?.keepOpen();
				}
				return { event: "tap", data: { topic: name, ...(tap?.take() ?? { seen: 0, rows: [] }) } };
			},
			close: async () => tap?.close(),
		};
	}

	async function makeTopic(viewer: Viewer, name: string): Promise<Topic> {
		const [kind = "", first = "", , target = ""] = name.split(":");
		if (kind === "flows") return flowsTopic(viewer.tenant);
		if (kind === "endpoint") return endpointTopic(viewer.tenant, first, name);
		await viewer.tenant.flows.name(first); // Throws for a flow that is not the tenant's.
		if (kind === "tap") return tapTopic(viewer, first, target, name);
		return kind === "job" ? jobTopic(viewer.tenant, first, name) : flowTopic(viewer.tenant, first, name);
	}

	return {
		open(viewer) {
			const id = randomUUID();
			const outlet = openOutlet(() => {
				const stream = streams.get(id);
				streams.delete(id);
				for (const topic of stream?.topics.values() ?? []) void topic.close?.();
			});
			const mine = [...streams.values()].filter((stream) => stream.viewer.userId === viewer.userId);
			// The oldest goes: a tab that was left behind must not lock its owner out.
			if (mine.length >= STREAMS_PER_USER) mine[0]?.outlet.close();
			const stream: Stream = { id, viewer, outlet, topics: new Map(), sentAt: now(), isBusy: false };
			streams.set(id, stream);
			outlet.send(OPENING_TEXT);
			outlet.send(eventText("hello", { stream: id }));
			return outlet.body;
		},
		async setTopics(id, viewer, names) {
			const stream = streams.get(id);
			if (stream?.viewer.userId !== viewer.userId || stream.viewer.tenant.id !== viewer.tenant.id) {
				throw new WeirError("ACCESS_NOT_FOUND", "This live stream is closed. It opens again by itself.");
			}
			const member = await stream.viewer.member();
			const wanted = new Set(names);
			const gone = [...stream.topics.values()].filter((topic) => !wanted.has(topic.name));
			for (const topic of gone) stream.topics.delete(topic.name);
			await Promise.all(gone.map((topic) => topic.close?.()));
			const refused: { topic: string; code: string; message: string }[] = [];
			for (const name of wanted) {
				if (stream.topics.has(name)) continue;
				try {
					if (member === undefined) throw new WeirError("ACCESS_SIGNED_OUT", "You are signed out.");
					const refusal = refusalOf(stream.viewer, { name, needs: needOf(name) }, member, now());
					if (refusal !== undefined) throw refusal;
					const topic = await makeTopic(stream.viewer, name);
					if (streams.has(id)) stream.topics.set(name, topic);
					else await topic.close?.();
				} catch (error) {
					const { code, message } = asWeirError(error);
					refused.push({ topic: name, code, message });
				}
			}
			void tick(stream);
			return { topics: [...stream.topics.keys()], refused };
		},
		counts: () => ({ streams: streams.size, taps: taps.open.length }),
		close() {
			clearInterval(timer);
			for (const stream of [...streams.values()]) stream.outlet.close();
		},
	};
}

function needOf(topic: string): Action {
	if (topic.startsWith("tap:")) return "data:read";
	return topic.startsWith("endpoint:") ? "device:read" : "metrics:read";
}

type MemberNow = NonNullable<Awaited<ReturnType<Viewer["member"]>>>;

function refusalOf(viewer: Viewer, topic: Pick<Topic, "name" | "needs" | "endsAt">, member: MemberNow, now: number): WeirError | undefined {
	const actor = { userId: viewer.userId, tenantId: viewer.tenant.id, role: member.role };
	if (!can(actor, topic.needs, { tenantId: viewer.tenant.id, viewersSeeData: member.viewersSeeData })) {
		return new WeirError("ACCESS_FORBIDDEN", `This needs the permission ${topic.needs}. An owner or admin can give it to you.`);
	}
	if (topic.endsAt !== undefined && now > topic.endsAt) {
		return new WeirError("RATE_LIMITED", "The tap was closed after 15 minutes. Open it again to go on.");
	}
	return undefined;
}
