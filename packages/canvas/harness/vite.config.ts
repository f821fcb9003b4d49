import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
	root: fileURLToPath(new URL(".", import.meta.url)),
	cacheDir: fileURLToPath(new URL("../../../node_modules/.vite/canvas-harness", import.meta.url)),
	resolve: {
		alias: [
			{
				find: /^parser-wasm(?=\?)/,
				replacement: fileURLToPath(new URL("../../../node_modules/libpg-query/wasm/libpg-query.wasm", import.meta.url)),
			},
		],
	},
	build: {
		outDir: fileURLToPath(new URL("../../../node_modules/.cache/canvas-harness", import.meta.url)),
		emptyOutDir: true,
		chunkSizeWarningLimit: 4_000,
	},
	preview: { host: "127.0.0.1" },
	server: { host: "127.0.0.1", fs: { allow: [fileURLToPath(new URL("../../..", import.meta.url))] } },
	optimizeDeps: { include: ["react", "react-dom/client", "@xyflow/react", "zod", "zustand"] },
});
