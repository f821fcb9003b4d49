import type { Metadata } from "next";
import { SignInForm } from "../../../features/access/sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { readonly searchParams: Promise<{ readonly next?: string | string[] }> }) {
	const { next } = await searchParams;
	return <SignInForm next={typeof next === "string" ? next : undefined} />;
}
