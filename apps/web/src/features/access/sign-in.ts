import { ACCESS } from "./messages.ts";

export type SignInOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Signs in with e-mail and password. The refusal is the same whether the account exists or not. */
export async function signInWithPassword(email: string, password: string): Promise<SignInOutcome> {
	try {
		const { signIn } = await import("next-auth/react");
		const answer = await signIn("credentials", { email, password, redirect: false });
		if (answer?.ok && !answer.error) return { ok: true };
		const reason = answer?.error;
		// A sentence comes from our own rate limit; a bare word is next-auth's name for a refusal.
		return { ok: false, message: reason?.includes(" ") ? reason : ACCESS.refused };
	} catch {
		return { ok: false, message: ACCESS.unreachable };
	}
}
