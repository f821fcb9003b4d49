import { expect, it } from "vitest";
import { hashText, partitionOf } from "./hash.ts";

it("is FNV-1a over UTF-8, as published", () => {
	expect(hashText("")).toBe(0x811c9dc5);
	expect(hashText("a")).toBe(0xe40c292c);
	expect(hashText("foobar")).toBe(0xbf9cf968);
	expect(hashText("pü")).toBe(hashText("pü".normalize("NFC")));
});

it("spreads the keys of a fleet over all partitions", () => {
	const counts = new Array<number>(16).fill(0);
	for (let i = 0; i < 16_000; i++) {
		const partition = partitionOf(`pump-${i}`, 16);
		counts[partition] = (counts[partition] ?? 0) + 1;
	}
	expect(Math.min(...counts)).toBeGreaterThan(700);
	expect(Math.max(...counts)).toBeLessThan(1300);
});
