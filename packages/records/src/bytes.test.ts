import { expect, it } from "vitest";
import { ByteReader, ByteWriter } from "./bytes.ts";

it("gives back texts of all lengths and letters, one behind the other", () => {
	const texts = [
		"",
		"pump-1",
		"größe 5 µm ≥ 3",
		"泵".repeat(50),
		"a".repeat(64),
		"b".repeat(65),
		`${"c".repeat(63)}é`,
		"🚰",
		"d".repeat(5_000),
	];
	const writer = new ByteWriter();
	for (const text of texts) writer.text(text).u8(7);
	const reader = new ByteReader(writer.finish());
	for (const text of texts) expect([reader.text(), reader.u8()]).toEqual([text, 7]);
	expect(reader.left).toBe(0);
});
