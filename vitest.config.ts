import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const PARTS = "{apps,packages,workers}/**/{src,test}";
const NEVER = ["**/node_modules/**", "**/.next/**", "**/generated/**"];
const INTEGRATION = `${PARTS}/**/*.integration.test.ts`;
const KAFKA = `${PARTS}/**/*.kafka.test.ts`;
const S3 = `${PARTS}/**/*.s3.test.ts`;
const FAULTS = `${PARTS}/**/*.fault.test.ts`;
const SOAK = `${PARTS}/**/*.soak.test.ts`;

/** Files share the modules they load, which are most of the time of small tests: no test MUST change what a module keeps. */
const SHARED = { isolate: false };

/** What takes longest begins first, or it is waited for alone at the end. */
class ProofsFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		const isProof = ({ moduleId }: TestSpecification) => /\/prove[\w-]*\.fault\.test\.ts$/.test(moduleId);
		return [...sorted.filter(isProof), ...sorted.filter((file) => !isProof(file))];
	}
}

export default defineConfig({
	test: {
		sequence: { sequencer: ProofsFirst },
		projects: [
			{
				test: {
					...SHARED,
					name: "unit",
					include: [`${PARTS}/**/*.test.{ts,tsx}`, "bench/src/**/*.test.ts"],
					exclude: [...NEVER, INTEGRATION, KAFKA, S3, FAULTS, SOAK],
				},
			},
			{
				test: {
					...SHARED,
					name: "integration",
					include: [INTEGRATION],
					exclude: NEVER,
					globalSetup: "./vitest.services.ts",
					testTimeout: 30_000,
					hookTimeout: 60_000,
					maxWorkers: 3,
					sequence: { groupOrder: 2 },
				},
			},
			{
				test: {
					name: "kafka",
					include: [KAFKA],
					exclude: NEVER,
					globalSetup: "./vitest.kafka.ts",
					testTimeout: 60_000,
					hookTimeout: 120_000,
					maxWorkers: 2,
					sequence: { groupOrder: 3 },
				},
			},
			{
				test: {
					...SHARED,
					name: "s3",
					include: [S3],
					exclude: NEVER,
					globalSetup: ["./vitest.services.ts", "./vitest.s3.ts"],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					maxWorkers: 2,
					sequence: { groupOrder: 2 },
				},
			},
			{
				test: {
					...SHARED,
					name: "faults",
					include: [FAULTS],
					exclude: NEVER,
					globalSetup: "./vitest.services.ts",
					testTimeout: 120_000,
					hookTimeout: 120_000,
					// Each mostly waits for processes that it has killed.
					maxWorkers: 2,
					sequence: { groupOrder: 1 },
				},
			},
			{
				test: {
					name: "soak",
					include: [SOAK],
					exclude: NEVER,
					globalSetup: "./vitest.services.ts",
					testTimeout: 120_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 4 },
				},
			},
		],
	},
});
