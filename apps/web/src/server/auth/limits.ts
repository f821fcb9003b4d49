import { createHash } from "node:crypto";
import type { Accounts } from "@weir/db";
import { WeirError } from "@weir/errors";

const MINUTE_MS = 60_000;
const PER_ACCOUNT = { limit: 10, windowMs: 15 * MINUTE_MS };
const PER_ADDRESS = { limit: 100, windowMs: 15 * MINUTE_MS };
const SIGN_UPS_PER_ADDRESS = { limit: 100, windowMs: 60 * MINUTE_MS };

type Counter = Pick<Accounts, "countAttempt" | "forgetAttempts">;

/** Counts an attempt to sign in before the password is looked at; throws RATE_LIMITED with the time to wait. */
export async function limitSignIn(accounts: Counter, email: string, ip: string): Promise<void> {
	await limit(accounts, accountKey(email), PER_ACCOUNT);
	await limit(accounts, `ip:${ip}`, PER_ADDRESS);
}

/** A right password clears the account's count; the address keeps its own. */
export async function forgiveSignIn(accounts: Counter, email: string): Promise<void> {
	await accounts.forgetAttempts(accountKey(email));
}

export async function limitSignUp(accounts: Counter, ip: string): Promise<void> {
	await limit(accounts, `sign-up:${ip}`, SIGN_UPS_PER_ADDRESS);
}

async function limit(accounts: Counter, key: string, { limit, windowMs }: { limit: number; windowMs: number }): Promise<void> {
	const { isAllowed, retryAfterMs } = await accounts.countAttempt(key, limit, windowMs);
	if (isAllowed) return;
	const minutes = Math.max(1, Math.ceil(retryAfterMs / MINUTE_MS));
	const text = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
	throw new WeirError("RATE_LIMITED", text, { retryAfterMs });
}

// The same count whether the account exists or not: the limit tells nothing either.
function accountKey(email: string): string {
	return `account:${createHash("sha256").update(email.trim().toLowerCase()).digest("hex")}`;
}
