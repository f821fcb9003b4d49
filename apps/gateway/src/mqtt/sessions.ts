import { randomUUID } from "node:crypto";
import type { DoorIdentity } from "../authenticate.ts";
import { REASON, type Reason } from "./reasons.ts";

/** A command that waits for its PUBACK. */
interface SentCommand {
	readonly topic: string;
	readonly payload: Buffer;
}

/** The part of a session that holds the line at this moment. */
export interface SessionHolder {
	end(reason: Reason): void;
}

/** What outlives a connection (3.1.2.4): the repeats to know, the subscription, the commands not yet acknowledged. */
export interface Session {
	readonly clientId: string;
	/** Ids of QoS 2 publishes that are stored and not yet released: a repeat adds nothing. */
	readonly received: Set<number>;
	/** Those on their way into the log. */
	readonly storing: Map<number, Promise<Reason>>;
	/** Granted quality by topic filter. */
	readonly subscriptions: Map<string, 0 | 1>;
	readonly sent: Map<number, SentCommand>;
	expiryMs: number;
	expiresAt: number;
	holder: SessionHolder | undefined;
}

export interface SessionWish {
	readonly clientId: string;
	readonly isClean: boolean;
	readonly expiryMs: number;
}

const SESSIONS = 200_000;

/**
 * The sessions of this gateway. A client id counts within its tenant and credential only,
 * so that nobody can end another's session by taking its name.
 */
export class Sessions {
	readonly #sessions = new Map<string, Session>();
	readonly #limitMs: number;
	readonly #now: () => number;

	constructor(limitMs = 3_600_000, now: () => number = () => performance.now()) {
		this.#limitMs = limitMs;
		this.#now = now;
	}

	/** Ends the connection that holds the session, if any, and hands it over. */
	take(identity: DoorIdentity, wish: SessionWish, holder: SessionHolder): { readonly session: Session; readonly isPresent: boolean } {
		const clientId = wish.clientId === "" ? `auto-${randomUUID()}` : wish.clientId;
		const name = nameOf(identity, clientId);
		const before = this.#sessions.get(name);
		const previous = before?.holder;
		if (before !== undefined) before.holder = undefined;
		previous?.end(REASON.sessionTakenOver);
		const isPresent = before !== undefined && !wish.isClean && before.expiresAt > this.#now();
		const session = isPresent ? before : aSession(clientId);
		session.holder = holder;
		session.expiryMs = Math.min(wish.expiryMs, this.#limitMs);
		session.expiresAt = Number.POSITIVE_INFINITY;
		this.#sessions.delete(name);
		this.#sessions.set(name, session);
		return { session, isPresent };
	}

	/** The connection is gone: the session ends with it, or begins to expire. */
	leave(identity: DoorIdentity, session: Session, holder: SessionHolder): void {
		if (session.holder !== holder) return;
		session.holder = undefined;
		session.expiresAt = this.#now() + session.expiryMs;
		if (session.expiryMs === 0) this.#sessions.delete(nameOf(identity, session.clientId));
	}

	/** Forgets what has expired, and the oldest where there are too many. */
	sweep(): void {
		const now = this.#now();
		let surplus = this.#sessions.size - SESSIONS;
		for (const [name, session] of this.#sessions) {
			if (session.holder !== undefined || (session.expiresAt > now && surplus <= 0)) continue;
			this.#sessions.delete(name);
			surplus--;
		}
	}

	get size(): number {
		return this.#sessions.size;
	}
}

function aSession(clientId: string): Session {
	return {
		clientId,
		received: new Set(),
		storing: new Map(),
		subscriptions: new Map(),
		sent: new Map(),
		expiryMs: 0,
		expiresAt: Number.POSITIVE_INFINITY,
		holder: undefined,
	};
}

function nameOf(identity: DoorIdentity, clientId: string): string {
	return `${identity.tenant}\n${identity.credential}\n${clientId}`;
}
