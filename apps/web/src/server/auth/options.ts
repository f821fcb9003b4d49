import type { Accounts } from "@weir/db";
import { isWeirError } from "@weir/errors";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import * as z from "zod";
import { addressOf } from "../api/address.ts";
import { sessionCookieName } from "./cookies.ts";
import { forgiveSignIn, limitSignIn } from "./limits.ts";
import { SESSION_LIFE_MS, type Sessions } from "./sessions.ts";

const credentialsSchema = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) });

interface AuthServices {
	readonly accounts: Accounts;
	readonly sessions: Sessions;
	readonly secret: string;
	readonly publicUrl: string;
}

/** next-auth signs the cookie and nothing else: the cookie names a session row of ours, and that row is asked at each request. */
export function authOptions({ accounts, sessions, secret, publicUrl }: AuthServices): NextAuthOptions {
	const secure = publicUrl.startsWith("https:");
	const cookieOptions = { httpOnly: true, sameSite: "lax" as const, path: "/", secure };
	return {
		secret,
		session: { strategy: "jwt", maxAge: SESSION_LIFE_MS / 1_000 },
		pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/sign-in" },
		useSecureCookies: secure,
		cookies: {
			sessionToken: { name: sessionCookieName(publicUrl), options: cookieOptions },
			csrfToken: { name: `${secure ? "__Host-" : ""}weir.csrf`, options: cookieOptions },
			callbackUrl: { name: `${secure ? "__Secure-" : ""}weir.callback`, options: cookieOptions },
		},
		providers: [
			CredentialsProvider({
				name: "Password",
				credentials: { email: { type: "email" }, password: { type: "password" } },
				async authorize(given, request) {
					const parsed = credentialsSchema.safeParse(given);
					if (!parsed.success) return null;
					const { email, password } = parsed.data;
					const headers = new Headers(
						Object.entries(request.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
					);
					const ip = addressOf(headers);
					try {
						await limitSignIn(accounts, email, ip);
					} catch (error) {
						// next-auth hands the text on to the page; only a sentence of ours may go there.
						throw isWeirError(error) ? new Error(error.message) : error;
					}
					const user = await accounts.checkPassword(email, password);
					if (user === undefined) return null;
					await forgiveSignIn(accounts, email);
					const sid = await accounts.startSession(user.id, { ip, agent: headers.get("user-agent") ?? "" }, SESSION_LIFE_MS);
					return { id: user.id, sid };
				},
			}),
		],
		callbacks: {
			// Nothing about the person is in the cookie: only the name of the row.
			jwt({ token, user }) {
				const sid = (user as { sid?: string } | undefined)?.sid ?? token.sid;
				return typeof sid === "string" ? { sid } : {};
			},
			async session({ session, token }) {
				const signIn = typeof token.sid === "string" ? await sessions.fresh(token.sid) : undefined;
				return {
					expires: session.expires,
					...(signIn === undefined ? {} : { user: { name: signIn.user.name, email: signIn.user.email } }),
				};
			},
		},
		events: {
			async signOut({ token }) {
				if (typeof token?.sid !== "string") return;
				await accounts.endSession(token.sid);
				sessions.forget(token.sid);
			},
		},
		logger: { error: () => {}, warn: () => {}, debug: () => {} },
	};
}
