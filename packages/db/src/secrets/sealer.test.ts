import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSealer } from "./sealer.ts";

const key = () => randomBytes(32).toString("base64");
const place = { tenant: "acme", id: "c1", field: "secret", version: 1 };

test("opens what it sealed, and the same secret never looks the same twice", () => {
	const sealer = createSealer(key());
	const sealed = sealer.seal("litre", place);
	expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\./);
	expect(sealed).not.toBe(sealer.seal("litre", place));
	expect(sealer.unseal(sealed, place).reveal()).toBe("litre");
});

test("does not open in another tenant, row, field or version", () => {
	const sealer = createSealer(key());
	const sealed = sealer.seal("litre", place);
	for (const other of [{ tenant: "globex" }, { id: "c2" }, { field: "token" }, { version: 2 }]) {
		expect(() => sealer.unseal(sealed, { ...place, ...other })).toThrow("does not open");
	}
});

test("does not open when a single character was changed", () => {
	const sealer = createSealer(key());
	const [version, kid, iv, sealed = "", tag] = sealer.seal("litre", place).split(".");
	const changed = (sealed.startsWith("A") ? "B" : "A") + sealed.slice(1);
	expect(() => sealer.unseal([version, kid, iv, changed, tag].join("."), place)).toThrow("does not open");
});

test("after a rotation old secrets open and new ones are sealed with the new key", () => {
	const [old, young] = [key(), key()];
	const sealed = createSealer(old).seal("litre", place);
	const both = createSealer(young, old);
	expect(both.unseal(sealed, place).reveal()).toBe("litre");
	expect(both.seal("litre", place).split(".")[1]).not.toBe(sealed.split(".")[1]);
	expect(() => createSealer(young).unseal(sealed, place)).toThrow("master key that is not configured");
});
