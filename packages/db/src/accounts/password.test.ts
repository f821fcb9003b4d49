import { expect, test } from "vitest";
import { hashPassword, isPassword } from "./password.ts";

test("knows the password it hashed and no other", async () => {
	const stored = await hashPassword("three pumps in a row");
	expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
	expect(await isPassword("three pumps in a row", stored)).toBe(true);
	expect(await isPassword("three pumps in a rov", stored)).toBe(false);
	expect(await isPassword("three pumps in a row", "nonsense")).toBe(false);
});

test("takes the same letters typed in another way for the same password", async () => {
	expect(await isPassword("cafe\u0301 cafe\u0301 cafe\u0301", await hashPassword("café café café"))).toBe(true);
});
