"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { callApi } from "../../client/api.ts";
import { ApiError } from "../../client/api-error.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { ACCESS } from "./messages.ts";
import { PasswordField } from "./password-field.tsx";
import { signInWithPassword } from "./sign-in.ts";
import { slugOf } from "./slug.ts";

type FieldName = "name" | "email" | "password" | "tenant";
type Fault = Partial<Record<FieldName | "form", string>>;

const ORDER: readonly FieldName[] = ["name", "email", "password", "tenant"];

function faultsOf(values: Record<FieldName, string>): Fault {
	return {
		...(values.name ? {} : { name: ACCESS.nameMissing }),
		...(/^[^\s@]+@[^\s@]+$/.test(values.email) ? {} : { email: values.email ? ACCESS.emailWrong : ACCESS.emailMissing }),
		...(values.password.length >= 12 ? {} : { password: ACCESS.passwordShort }),
		...(slugOf(values.tenant) ? {} : { tenant: ACCESS.tenantMissing }),
	};
}

export function SignUpForm() {
	const router = useRouter();
	const formRef = useRef<HTMLFormElement>(null);
	const [fault, setFault] = useState<Fault>({});
	const [tenant, setTenant] = useState("");
	const [isBusy, setIsBusy] = useState(false);

	function show(next: Fault) {
		setFault(next);
		const first = ORDER.find((name) => next[name]);
		if (first) formRef.current?.querySelector<HTMLInputElement>(`input[name=${first}]`)?.focus();
	}

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		const text = (name: FieldName) => String(form.get(name) ?? "");
		const values = { name: text("name").trim(), email: text("email").trim(), password: text("password"), tenant: text("tenant").trim() };
		const faults = faultsOf(values);
		if (Object.keys(faults).length > 0) return show(faults);

		setIsBusy(true);
		try {
			await callApi("/sign-up", {
				method: "POST",
				body: { name: values.name, email: values.email, password: values.password, tenantName: values.tenant },
			});
		} catch (error) {
			setIsBusy(false);
			return show({ form: error instanceof ApiError ? error.message : ACCESS.unreachable });
		}
		const outcome = await signInWithPassword(values.email, values.password);
		if (!outcome.ok) {
			setIsBusy(false);
			return show({ form: outcome.message });
		}
		router.replace("/");
		router.refresh();
	}

	return (
		<div className="w-full max-w-90">
			<h1 className="mb-6 text-title font-semibold">Create your account</h1>
			<form ref={formRef} onSubmit={submit} noValidate className="flex flex-col gap-4 text-form" aria-label="Create an account">
				{fault.form ? <Banner tone="error">{fault.form}</Banner> : null}
				<TextField label="Your name" name="name" autoComplete="name" autoFocus error={fault.name} />
				<TextField label="E-mail" name="email" type="email" autoComplete="username" spellCheck={false} error={fault.email} />
				<PasswordField label="Password" name="password" autoComplete="new-password" help="At least 12 characters." error={fault.password} />
				<TextField
					label="Company, team or project"
					name="tenant"
					autoComplete="organization"
					value={tenant}
					onChange={(event) => setTenant(event.target.value)}
					help={
						slugOf(tenant) ? (
							<>
								Its pages start with <span className="font-mono">/t/{slugOf(tenant)}</span>, or nearly so when that is taken.
							</>
						) : (
							"Its flows, devices and data are walled off from everybody else's."
						)
					}
					error={fault.tenant}
				/>
				<Button type="submit" kind="primary" isBusy={isBusy} className="mt-2 w-full">
					{isBusy ? "Creating…" : "Create account"}
				</Button>
			</form>
			<p className="mt-6 text-muted">
				Have an account?{" "}
				<Link href="/sign-in" className="font-medium text-accent-text underline underline-offset-2">
					Sign in
				</Link>
			</p>
		</div>
	);
}
