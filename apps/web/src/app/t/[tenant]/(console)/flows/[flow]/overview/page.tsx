import type { Metadata } from "next";
import { OverviewPage } from "../../../../../../../features/overview/overview-page.tsx";

export const metadata: Metadata = { title: "Flow overview" };

export default async function Page({ params }: { readonly params: Promise<{ readonly tenant: string; readonly flow: string }> }) {
	const { tenant, flow } = await params;
	return <OverviewPage key={flow} tenant={tenant} flowId={flow} />;
}
