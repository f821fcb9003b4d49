/** One event of a stream, as the EventSource standard writes it. */
export function eventText(event: string, data: unknown): string {
	return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps proxies from closing a quiet stream, and tells the client how soon to come back. */
export const HEARTBEAT_TEXT = ": still here\n\n";
export const OPENING_TEXT = "retry: 1000\n\n";

export const SSE_HEADERS = {
	"content-type": "text/event-stream; charset=utf-8",
	"cache-control": "no-cache, no-transform",
	"x-accel-buffering": "no",
} as const;

/** Events a client may be behind before further ones are left out: numbers grow old, so nothing is lost by it. */
const BEHIND_AT_MOST = 64;

export interface Outlet {
	readonly body: ReadableStream<Uint8Array>;
	/** False: the client is too far behind, the event was left out. */
	send(text: string): boolean;
	close(): void;
}

/** A bounded way out to one client; `onClose` runs once, whoever closes. */
export function openOutlet(onClose: () => void): Outlet {
	const encoder = new TextEncoder();
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	let isOpen = true;
	const end = () => {
		if (!isOpen) return;
		isOpen = false;
		onClose();
	};
	const body = new ReadableStream<Uint8Array>(
		{
			start(started) {
				controller = started;
			},
			cancel: end,
		},
		{ highWaterMark: BEHIND_AT_MOST },
	);
	return {
		body,
		send(text) {
			if (!isOpen || (controller?.desiredSize ?? 0) <= 0) return false;
			controller?.enqueue(encoder.encode(text));
			return true;
		},
		close() {
			if (!isOpen) return;
			controller?.close();
			end();
		},
	};
}
