import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const SECURITY_HEADERS = [
	{ key: "X-Content-Type-Options", value: "nosniff" },
	{ key: "X-Frame-Options", value: "DENY" },
	{ key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
	{ key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
	{ key: "Cross-Origin-Opener-Policy", value: "same-origin" },
	{ key: "Cross-Origin-Resource-Policy", value: "same-origin" },
];

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const config: NextConfig = {
	poweredByHeader: false,
	reactStrictMode: true,
	turbopack: { root },
	outputFileTracingRoot: root,
	devIndicators: false,
	// `npm run check` looks at the types of the whole repository; a build need not do so once more.
	typescript: { ignoreBuildErrors: true },
	allowedDevOrigins: ["127.0.0.1"],
	transpilePackages: [
		"@weir/access",
		"@weir/backends",
		"@weir/canvas",
		"@weir/connections",
		"@weir/db",
		"@weir/errors",
		"@weir/expressions",
		"@weir/flow",
		"@weir/formats",
		"@weir/jobs",
		"@weir/node-kit",
		"@weir/nodes",
		"@weir/planner",
		"@weir/records",
		"@weir/runtime",
		"@weir/simulator",
		"@weir/telemetry",
	],
	serverExternalPackages: [
		"pg",
		"@aws-sdk/client-s3",
		"@prisma/client",
		"@prisma/adapter-pg",
		"@platformatic/kafka",
		"bullmq",
		"ioredis",
		"mqtt",
		"kafkajs",
		"pino",
		"libpg-query",
		"prom-client",
	],
	// Browsers ask for it wherever a page has not told them of its icon yet.
	async rewrites() {
		return [{ source: "/favicon.ico", destination: "/icon.svg" }];
	},
	async headers() {
		return [{ source: "/:path*", headers: SECURITY_HEADERS }];
	},
};

export default config;
