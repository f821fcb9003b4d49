"use client";

import { useEffect, useRef } from "react";
import { API_ROOT, callApi } from "./api.ts";
import type {
	EndedLiveEvent,
	EndpointLiveEvent,
	FlowLiveEvent,
	FlowsLiveEvent,
	JobLiveEvent,
	LiveTopics,
	TapLiveEvent,
} from "./contract.ts";

/** What may come under a topic. */
export type LiveEvent =
	| { readonly kind: "flow"; readonly data: FlowLiveEvent }
	| { readonly kind: "job"; readonly data: JobLiveEvent }
	| { readonly kind: "flows"; readonly data: FlowsLiveEvent }
	| { readonly kind: "tap"; readonly data: TapLiveEvent }
	| { readonly kind: "endpoint"; readonly data: EndpointLiveEvent }
	| { readonly kind: "ended"; readonly data: EndedLiveEvent };

/** How long the last event of a topic speaks of now. */
const FRESH_MS = 3_000;

type Listener = (event: LiveEvent) => void;

/** Topics one stream may carry. */
const MAX_TOPICS = 20;
/** A stream that nobody listens to is closed after this. */
const IDLE_AFTER_MS = 5_000;
/** A hidden tab gives its connection back after this: a browser has only six per server. */
const HIDDEN_AFTER_MS = 30_000;

function topicOf(event: LiveEvent): string {
	switch (event.kind) {
		case "flow":
			return `flow:${event.data.flowId}`;
		case "job":
			return `job:${event.data.flowId}`;
		case "flows":
			return "flows";
		case "endpoint":
			return `endpoint:${event.data.endpointId}`;
		default:
			return event.data.topic;
	}
}

/** The one event stream of this tab: whoever wants a topic asks here, and the stream is told the sum of the wishes. */
class LiveStream {
	private readonly listeners = new Map<string, Set<Listener>>();
	/** The newest state of a topic, for whoever comes between two events. Samples are no state. */
	private readonly newest = new Map<string, { readonly event: LiveEvent; readonly at: number }>();
	private source: EventSource | undefined;
	private streamId: string | undefined;
	private sendTimer: ReturnType<typeof setTimeout> | undefined;
	private sending: Promise<void> = Promise.resolve();
	private idleTimer: ReturnType<typeof setTimeout> | undefined;
	private hiddenTimer: ReturnType<typeof setTimeout> | undefined;
	private readonly tenant: string;

	constructor(tenant: string) {
		this.tenant = tenant;
		document.addEventListener("visibilitychange", () => {
			clearTimeout(this.hiddenTimer);
			if (document.hidden) this.hiddenTimer = setTimeout(() => this.close(), HIDDEN_AFTER_MS);
			else this.refresh();
		});
	}

	listen(topic: string, listener: Listener): () => void {
		const group = this.listeners.get(topic) ?? new Set();
		this.listeners.set(topic, group);
		group.add(listener);
		if (group.size === 1) this.refresh();
		const known = this.newest.get(topic);
		if (known && Date.now() - known.at < FRESH_MS) queueMicrotask(() => group.has(listener) && listener(known.event));
		return () => {
			group.delete(listener);
			if (group.size > 0) return;
			this.listeners.delete(topic);
			this.newest.delete(topic);
			this.refresh();
		};
	}

	private refresh(): void {
		if (this.listeners.size > 0 && !this.source && !document.hidden) this.open();
		// Several wishes of one moment become one request.
		this.sendTimer ??= setTimeout(() => {
			this.sendTimer = undefined;
			this.sendTopics();
			clearTimeout(this.idleTimer);
			// From page to page nobody listens for a moment; the stream outlives that.
			this.idleTimer = setTimeout(() => this.listeners.size === 0 && this.close(), IDLE_AFTER_MS);
		}, 30);
	}

	private open(): void {
		const source = new EventSource(`${API_ROOT}/t/${this.tenant}/live`);
		this.source = source;
		source.addEventListener("hello", (message: MessageEvent<string>) => {
			this.streamId = (JSON.parse(message.data) as { stream: string }).stream;
			this.sendTopics();
		});
		for (const kind of ["flow", "job", "flows", "tap", "endpoint", "ended"] as const) {
			source.addEventListener(kind, (message: MessageEvent<string>) => this.hand({ kind, data: JSON.parse(message.data) } as LiveEvent));
		}
		source.onerror = () => {
			this.streamId = undefined;
			// A stream the server refused does not come back by itself.
			if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
			this.source = undefined;
			setTimeout(() => this.refresh(), 5_000);
		};
	}

	private close(): void {
		this.source?.close();
		this.source = undefined;
		this.streamId = undefined;
	}

	/** One request after the other: the last one to arrive decides what the stream carries. */
	private sendTopics(): void {
		this.sending = this.sending.then(() => this.sendTopicsNow());
	}

	private async sendTopicsNow(): Promise<void> {
		if (!this.streamId) return;
		const topics = [...this.listeners.keys()].slice(0, MAX_TOPICS);
		try {
			const answer = await callApi<LiveTopics>(`/t/${this.tenant}/live`, { method: "POST", body: { stream: this.streamId, topics } });
			for (const { topic, code, message } of answer.refused) this.hand({ kind: "ended", data: { topic, code, message } });
		} catch {
			// The stream was lost in between; the next `hello` sends the topics again.
		}
	}

	private hand(event: LiveEvent): void {
		if (event.kind !== "tap" && event.kind !== "ended") this.newest.set(topicOf(event), { event, at: Date.now() });
		for (const listener of this.listeners.get(topicOf(event)) ?? []) listener(event);
	}
}

let current: { readonly tenant: string; readonly stream: LiveStream } | undefined;

/** Listens to a topic of the tenant until the returned function is called. */
export function listenLive(tenant: string, topic: string, listener: Listener): () => void {
	if (current?.tenant !== tenant) current = { tenant, stream: new LiveStream(tenant) };
	return current.stream.listen(topic, listener);
}

/** Listens while the component is shown; no topic, no listening. */
export function useLive(tenant: string, topic: string | undefined, listener: Listener): void {
	const latest = useRef(listener);
	useEffect(() => {
		latest.current = listener;
	});
	useEffect(() => {
		if (!topic) return;
		return listenLive(tenant, topic, (event) => latest.current(event));
	}, [tenant, topic]);
}
