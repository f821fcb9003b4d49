import type { Accounts, Membership, SignedInUser } from "@weir/db";
import { decode, encode } from "next-auth/jwt";
import { cookieValue, sessionCookieName } from "./cookies.ts";

/** A signed-in person, as fresh as five seconds ago. */
export interface SignIn {
	readonly sid: string;
	readonly user: SignedInUser;
	readonly memberships: readonly Membership[];
}

/** Who is behind a request. The cookie only names a row; the row decides. */
export interface Sessions {
	/** Undefined: nobody is signed in. */
	of(headers: Headers): Promise<SignIn | undefined>;
	/** As the row is now, whatever was remembered. */
	fresh(sid: string): Promise<SignIn | undefined>;
	forget(sid: string): void;
}

export const SESSION_LIFE_MS = 7 * 86_400_000;
const SESSION_IDLE_MS = 8 * 3_600_000;
/** Sign-out and change of role reach every process within five seconds; the rest is the time of a look-up. */
const REMEMBERED_MS = 3_000;
const REMEMBERED_MOST = 10_000;

export interface SessionsOptions {
	readonly accounts: Pick<Accounts, "sessionUser" | "memberships">;
	readonly secret: string;
	readonly publicUrl: string;
	readonly now?: () => number;
}

export function createSessions({ accounts, secret, publicUrl, now = Date.now }: SessionsOptions): Sessions {
	const remembered = new Map<string, { readonly at: number; readonly signIn: Promise<SignIn | undefined> }>();
	const cookie = sessionCookieName(publicUrl);

	async function load(sid: string): Promise<SignIn | undefined> {
		const user = await accounts.sessionUser(sid, SESSION_IDLE_MS);
		return user === undefined ? undefined : { sid, user, memberships: await accounts.memberships(user.id) };
	}

	function fresh(sid: string): Promise<SignIn | undefined> {
		if (remembered.size >= REMEMBERED_MOST) remembered.clear();
		const signIn = load(sid);
		remembered.set(sid, { at: now(), signIn });
		signIn.catch(() => remembered.delete(sid));
		return signIn;
	}

	return {
		async of(headers) {
			const text = cookieValue(headers.get("cookie"), cookie);
			const sid = text === undefined ? undefined : await sidOf(text, secret);
			if (sid === undefined) return undefined;
			const known = remembered.get(sid);
			return known !== undefined && now() - known.at < REMEMBERED_MS ? known.signIn : fresh(sid);
		},
		fresh,
		forget: (sid) => void remembered.delete(sid),
	};
}

/** The session id in a cookie's text; undefined when we did not write it. */
async function sidOf(text: string, secret: string): Promise<string | undefined> {
	try {
		const token = await decode({ token: text, secret });
		return typeof token?.sid === "string" ? token.sid : undefined;
	} catch {
		return undefined; // Written with another secret, or by somebody else: nobody is signed in.
	}
}

/** The text of a cookie that names a session, as next-auth writes it. */
export function cookieTextFor(sid: string, secret: string): Promise<string> {
	return encode({ token: { sid }, secret, maxAge: SESSION_LIFE_MS / 1_000 });
}
