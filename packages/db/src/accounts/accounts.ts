import { createHash, randomBytes } from "node:crypto";
import type { Role } from "@weir/access";
import { WeirError } from "@weir/errors";
import type pg from "pg";
import { inTransaction, queryRows } from "../operator/pool.ts";
import type { Sealer } from "../secrets/sealer.ts";
import { makeManagedResults } from "./managed-results.ts";
import { hashPassword, isPassword, spendPasswordTime } from "./password.ts";
import { signUpStatements } from "./sign-up.ts";

export interface SignedInUser {
	readonly id: string;
	readonly email: string;
	readonly name: string;
}

export interface Membership {
	readonly tenantId: string;
	readonly slug: string;
	readonly tenantName: string;
	readonly viewersSeeData: boolean;
	readonly role: Role;
}

export interface SignUpRequest {
	readonly name: string;
	readonly email: string;
	readonly password: string;
	readonly tenantName: string;
}

export interface Attempt {
	readonly isAllowed: boolean;
	readonly retryAfterMs: number;
}

/** People and their sign-ins: what belongs to no tenant. */
export interface Accounts {
	/**
	 * Makes the user, the tenant with its owner and its managed connection. Undefined when the e-mail has an account already:
	 * nothing is made, and it takes as long, so that a stranger learns nothing.
	 */
	signUp(request: SignUpRequest): Promise<{ readonly userId: string; readonly tenantId: string; readonly slug: string } | undefined>;
	/** Undefined for an unknown e-mail and for a wrong password alike, in the same time. */
	checkPassword(email: string, password: string): Promise<SignedInUser | undefined>;
	/** For seeding and operators; never answer a stranger with it. */
	userIdOf(email: string): Promise<string | undefined>;
	/** Counts an attempt in a stretch of time; refused ones count too. */
	countAttempt(key: string, limit: number, windowMs: number): Promise<Attempt>;
	forgetAttempts(key: string): Promise<void>;

	/** Starts a sign-in; answers the id that only the cookie holds. */
	startSession(userId: string, from: { readonly ip: string; readonly agent: string }, lifeMs: number): Promise<string>;
	/** The user, when the session is neither ended nor idle for longer than `idleMs`. Notes that it was used. */
	sessionUser(sid: string, idleMs: number): Promise<SignedInUser | undefined>;
	endSession(sid: string): Promise<void>;
	/** Ends all sign-ins of a user. */
	endSessionsOf(userId: string): Promise<void>;

	memberships(userId: string): Promise<readonly Membership[]>;
	setRole(tenantId: string, userId: string, role: Role): Promise<void>;
	addMember(tenantId: string, userId: string, role: Role): Promise<void>;
	/** Names of people by user id. */
	namesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface AccountsOptions {
	readonly pool: pg.Pool;
	readonly sealer: Sealer;
	/** Administrator's address of the results database. */
	readonly resultsUrl: string;
}

export function openAccounts({ pool, sealer, resultsUrl }: AccountsOptions): Accounts {
	const statements = signUpStatements(pool, sealer);
	return {
		async signUp({ name, email, password, tenantName }) {
			const passwordHash = await hashPassword(password);
			if (await statements.isKnown(email)) return undefined;
			const tenantId = crypto.randomUUID();
			const results = await makeManagedResults(resultsUrl, tenantId);
			return statements.insert({ tenantId, name, email, passwordHash, tenantName, results });
		},
		async checkPassword(email, password) {
			const [row] = await queryRows<SignedInUser & { hash: string }>(
				pool,
				"select id, email, name, password_hash as hash from user_account where email = $1",
				[email.trim().toLowerCase()],
			);
			if (row === undefined) {
				await spendPasswordTime(password);
				return undefined;
			}
			return (await isPassword(password, row.hash)) ? { id: row.id, email: row.email, name: row.name } : undefined;
		},
		async userIdOf(email) {
			const [row] = await queryRows<{ id: string }>(pool, "select id from user_account where email = $1", [email]);
			return row?.id;
		},
		async countAttempt(key, limit, windowMs) {
			const [row] = await queryRows<{ count: number; left: number }>(
				pool,
				`insert into sign_in_attempt as a (key, count, reset_at) values ($1, 1, now() + $2 * interval '1 millisecond')
				on conflict (key) do update set
					count = case when a.reset_at <= now() then 1 else a.count + 1 end,
					reset_at = case when a.reset_at <= now() then excluded.reset_at else a.reset_at end
				returning count, extract(epoch from reset_at - now())::float8 * 1000 as left`,
				[key, windowMs],
			);
			const isAllowed = (row?.count ?? 0) <= limit;
			return { isAllowed, retryAfterMs: isAllowed ? 0 : Math.max(1_000, Math.ceil(row?.left ?? 0)) };
		},
		async forgetAttempts(key) {
			await queryRows(pool, "delete from sign_in_attempt where key = $1", [key]);
		},
		...sessionStatements(pool),
		...memberStatements(pool),
	};
}

type SessionStatements = Pick<Accounts, "startSession" | "sessionUser" | "endSession" | "endSessionsOf">;

function sessionStatements(pool: pg.Pool): SessionStatements {
	return {
		async startSession(userId, from, lifeMs) {
			const sid = randomBytes(32).toString("base64url");
			await queryRows(
				pool,
				`insert into session (id, user_id, expires_at, ip, agent) values ($1, $2, now() + $3 * interval '1 millisecond', $4, $5)`,
				[idOf(sid), userId, lifeMs, from.ip.slice(0, 64), from.agent.slice(0, 300)],
			);
			return sid;
		},
		async sessionUser(sid, idleMs) {
			const [user] = await queryRows<SignedInUser & pg.QueryResultRow>(
				pool,
				`update session s set last_seen_at = now() from user_account u
				where s.id = $1 and u.id = s.user_id and s.revoked_at is null and s.expires_at > now()
				and s.last_seen_at > now() - $2 * interval '1 millisecond'
				returning u.id, u.email, u.name`,
				[idOf(sid), idleMs],
			);
			return user;
		},
		async endSession(sid) {
			await queryRows(pool, "update session set revoked_at = now() where id = $1 and revoked_at is null", [idOf(sid)]);
		},
		async endSessionsOf(userId) {
			await queryRows(pool, "update session set revoked_at = now() where user_id = $1 and revoked_at is null", [userId]);
		},
	};
}

type MemberStatements = Pick<Accounts, "memberships" | "setRole" | "addMember" | "namesOf">;

function memberStatements(pool: pg.Pool): MemberStatements {
	return {
		memberships: (userId) =>
			queryRows<Membership & pg.QueryResultRow>(
				pool,
				`select m.tenant_id as "tenantId", t.slug, t.name as "tenantName", t.viewers_see_data as "viewersSeeData", m.role
				from member m join tenant t on t.id = m.tenant_id where m.user_id = $1 and t.deleted_at is null order by m.created_at`,
				[userId],
			),
		async setRole(tenantId, userId, role) {
			await inTransaction(pool, async (client) => {
				const { rows } = await client.query<{ user_id: string; role: Role }>(
					"select user_id, role from member where tenant_id = $1 and role = 'owner' for update",
					[tenantId],
				);
				if (role !== "owner" && rows.length === 1 && rows[0]?.user_id === userId) {
					throw new WeirError("ACCESS_FORBIDDEN", "A tenant keeps at least one owner. Make somebody else an owner first.");
				}
				await client.query("update member set role = $3 where tenant_id = $1 and user_id = $2", [tenantId, userId, role]);
			});
		},
		async addMember(tenantId, userId, role) {
			await queryRows(pool, "insert into member (tenant_id, user_id, role) values ($1, $2, $3)", [tenantId, userId, role]);
		},
		async namesOf(userIds) {
			const rows = await queryRows<{ id: string; name: string }>(pool, "select id, name from user_account where id = any($1::uuid[])", [
				[...userIds],
			]);
			return new Map(rows.map((row) => [row.id, row.name]));
		},
	};
}

// The table holds a hash: who reads it cannot sign in with it.
function idOf(sid: string): string {
	return createHash("sha256").update(sid).digest("hex");
}
