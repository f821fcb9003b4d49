"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ACCESS } from "./messages.ts";
import { PasswordField } from "./password-field.tsx";
import { safeNext } from "./safe-next.ts";
import { signInWithPassword } from "./sign-in.ts";

interface Fault {
	readonly email?: string;
	readonly password?: string;
	readonly form?: string;
}

export function SignInForm({ next }: { readonly next: string | undefined }) {
	const router = useRouter();
	const [fault, setFault] = useState<Fault>({});
	const [isBusy, setIsBusy] = useState(false);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		const email = String(form.get("email") ?? "").trim();
		const password = String(form.get("password") ?? "");
		const missing = { ...(email ? {} : { email: ACCESS.emailMissing }), ...(password ? {} : { password: ACCESS.passwordMissing }) };
		if (missing.email || missing.password) {
			setFault(missing);
			event.currentTarget.querySelector<HTMLInputElement>(missing.email ? "input[name=email]" : "input[name=password]")?.focus();
			return;
		}
		setIsBusy(true);
		const outcome = await signInWithPassword(email, password);
		if (outcome.ok) {
			router.replace(safeNext(next));
			router.refresh();
			return;
		}
		setIsBusy(false);
		setFault({ form: outcome.message });
	}

	return (
		<div className="w-full max-w-90">
			<h1 className="mb-6 text-title font-semibold">Sign in to Weir</h1>
			<form onSubmit={submit} noValidate className="flex flex-col gap-4 text-form" aria-label="Sign in">
				{fault.form ? <Banner tone="error">{fault.form}</Banner> : null}
				<TextField label="E-mail" name="email" type="email" autoComplete="username" autoFocus spellCheck={false} error={fault.email} />
				<PasswordField label="Password" name="password" autoComplete="current-password" error={fault.password} />
				<Button type="submit" kind="primary" isBusy={isBusy} className="mt-2 w-full">
					{isBusy ? "Signing in…" : "Sign in"}
				</Button>
			</form>
			<p className="mt-6 text-muted">
				New here?{" "}
				<Link href="/sign-up" className="font-medium text-accent-text underline underline-offset-2">
					Create an account
				</Link>
			</p>
		</div>
	);
}
