import { expect, test } from "vitest";
import type { ConnectionField, ConnectionKind } from "../../client/contract.ts";
import { missingFields, shownFields, startValues, toConfig } from "./form-values.ts";

const field = (name: string, more: Partial<ConnectionField> = {}): ConnectionField => ({
	name,
	title: name,
	control: "text",
	isSecret: false,
	isAdvanced: false,
	isRequired: false,
	options: [],
	...more,
});
const kind: ConnectionKind = {
	type: "http",
	title: "HTTP",
	summary: "",
	icon: "",
	docs: "",
	fields: [
		field("host", { isRequired: true }),
		field("port", { control: "number", initial: 80 }),
		field("tls", { control: "switch", initial: true }),
		field("ca", { initial: "", showIf: { field: "tls", is: [true] } }),
		field("headers", { control: "key-value", initial: {} }),
		field("password", { isSecret: true }),
	],
};

test("a form begins with what its kind says, and never with a secret", () => {
	expect(startValues(kind)).toEqual({ name: "", fields: { host: "", port: "80", tls: true, ca: "", headers: "" }, secrets: {} });
});

test("a form of a stored connection begins with what is stored, and gives the same back", () => {
	const config = { host: "db", port: 81, tls: false, ca: "", headers: { "X-Plant": "north: 1" } };
	const stored = {
		id: "c",
		type: "http",
		name: "Db",
		target: "",
		managed: false,
		state: "ok",
		usedBy: [],
		createdAt: 0,
		config,
		secrets: {},
	} as const;
	const values = startValues(kind, { ...stored, usedBy: [] });
	expect(values.fields.headers).toBe("X-Plant: north: 1");
	expect(toConfig(kind, values)).toEqual(config);
});

test("what is empty is named when it is needed, and falls back to itself when it is not", () => {
	const values = { ...startValues(kind), fields: { ...startValues(kind).fields, port: "" } };
	expect(missingFields(kind, values)).toEqual({ name: "Give the connection a name.", host: "Fill in host." });
	expect(toConfig(kind, values)).not.toHaveProperty("port");
});

test("a field that is of no use is not shown", () => {
	const values = startValues(kind);
	const namesOf = (tls: boolean) => shownFields(kind, { ...values, fields: { ...values.fields, tls } }).map(({ name }) => name);
	expect(namesOf(true)).toContain("ca");
	expect(namesOf(false)).not.toContain("ca");
});
