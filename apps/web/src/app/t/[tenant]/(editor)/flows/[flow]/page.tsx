import type { Metadata } from "next";
import { EditorPage } from "../../../../../../features/editor/editor-page.tsx";

export const metadata: Metadata = { title: "Editor" };

export default async function Page({ params }: { readonly params: Promise<{ readonly tenant: string; readonly flow: string }> }) {
	const { tenant, flow } = await params;
	return <EditorPage tenant={tenant} flowId={flow} />;
}
