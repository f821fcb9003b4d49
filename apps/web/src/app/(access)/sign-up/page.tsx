import type { Metadata } from "next";
import { SignUpForm } from "../../../features/access/sign-up-form.tsx";

export const metadata: Metadata = { title: "Create your account" };

export default function SignUpPage() {
	return <SignUpForm />;
}
