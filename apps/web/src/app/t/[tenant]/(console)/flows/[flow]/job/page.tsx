import type { Metadata } from "next";
import { JobPage } from "../../../../../../../features/job/job-page.tsx";

export const metadata: Metadata = { title: "Job of a flow" };

export default async function Page({ params }: { readonly params: Promise<{ readonly tenant: string; readonly flow: string }> }) {
	const { tenant, flow } = await params;
	return <JobPage key={flow} tenant={tenant} flowId={flow} />;
}
