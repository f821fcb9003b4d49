import NextAuth from "next-auth";
import { webRuntime } from "../../../../server/runtime.ts";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

interface Context {
	readonly params: Promise<{ nextauth: string[] }>;
}

async function handle(request: Request, context: Context): Promise<Response> {
	const { auth } = await webRuntime();
	return NextAuth(auth)(request, context);
}

export { handle as GET, handle as POST };
