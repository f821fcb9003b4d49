import type { EdgeLive } from "../src/index.ts";

/** What a test may turn from outside. */
interface HarnessControl {
	isOffline: boolean;
	saves: number;
	taps: number;
	tried: string[];
	deployed: string[];
	feed: { stopped: boolean; steady: boolean; rate: number | undefined; edges: Record<string, EdgeLive> };
}

declare global {
	interface Window {
		harness: HarnessControl;
	}
}
