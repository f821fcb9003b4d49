import { Secret } from "@weir/errors";
import * as z from "zod";

/** How a form shows a field of a connection; put on the zod field with `.meta({...})`. */
export interface ConnectionField {
	readonly title: string;
	readonly help?: string;
	readonly placeholder?: string;
	readonly advanced?: boolean;
	/** Stored sealed and never read back. */
	readonly secret?: boolean;
	/** A text of several lines, such as a certificate. */
	readonly isLong?: boolean;
	/** The field is of use, and is shown, only while another has one of these values. */
	readonly showIf?: { readonly field: string; readonly is: readonly (string | number | boolean)[] };
}

/** A secret of a connection: `undefined` while nobody has typed it. */
export function secretField(meta: Omit<ConnectionField, "secret">) {
	return z
		.instanceof(Secret)
		.optional()
		.meta({ ...meta, secret: true } satisfies ConnectionField);
}

/** Host, in any spelling that a resolver takes. */
export function hostField(meta: Partial<ConnectionField> = {}) {
	return z
		.string()
		.trim()
		.min(1, "Enter the host.")
		.max(253)
		.meta({ title: "Host", ...meta } satisfies ConnectionField);
}

export function portField(initial: number) {
	return z
		.int("Enter a whole number.")
		.min(1, "A port lies between 1 and 65535.")
		.max(65_535, "A port lies between 1 and 65535.")
		.default(initial)
		.meta({ title: "Port" } satisfies ConnectionField);
}

/** Who signs in, where a connection may do without. */
export function userField(meta: Partial<ConnectionField> = {}) {
	return z
		.string()
		.trim()
		.max(200)
		.default("")
		.meta({ title: "User", ...meta } satisfies ConnectionField);
}

/** An address of HTTP, with or without a path. */
export function urlField(meta: ConnectionField) {
	return z
		.string()
		.trim()
		.max(2_000)
		.refine(isHttpUrl, "Enter an address that begins with https:// or http://, without user and password in it.")
		.meta({ ...meta });
}

function isHttpUrl(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const url = new URL(text);
	return (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "";
}

const shownWithTls = { field: "tls", is: [true] } as const;
const pem = (what: RegExp, message: string) =>
	z
		.string()
		.trim()
		.max(100_000)
		.refine((text) => text === "" || what.test(text), message)
		.default("");

/** The fields of every connection that can be encrypted. A kind whose address says so itself (https://) leaves `tls` out. */
export function tlsFields(options: { readonly initial: boolean } | "by-address") {
	const showIf = options === "by-address" ? {} : { showIf: shownWithTls };
	const isCertificate = /^-----BEGIN CERTIFICATE-----/;
	const trust = {
		tlsCa: pem(isCertificate, "Paste a certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----.").meta({
			title: "Own authority",
			help: "Certificates (PEM) of the authorities that the server's certificate is checked against, instead of the public ones.",
			isLong: true,
			advanced: true,
			...showIf,
		} satisfies ConnectionField),
		tlsCertificate: pem(isCertificate, "Paste a certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----.").meta({
			title: "Client certificate",
			help: "For servers that ask who connects (mutual TLS).",
			isLong: true,
			advanced: true,
			...showIf,
		} satisfies ConnectionField),
		tlsKey: secretField({ title: "Key of the client certificate", isLong: true, advanced: true, ...showIf }),
	};
	const tls = z
		.boolean()
		.default(options === "by-address" ? true : options.initial)
		.meta({ title: "Encrypted (TLS)", help: "Off only inside a network you trust." } satisfies ConnectionField);
	return { tls, ...trust };
}

/** As `tlsFields`, for kinds whose address says whether they are encrypted. */
export function trustFields() {
	const { tlsCa, tlsCertificate, tlsKey } = tlsFields("by-address");
	return { tlsCa, tlsCertificate, tlsKey };
}

/** What the other side is checked against, and how we show who we are. */
export interface TlsTrust {
	readonly tlsCa: string;
	readonly tlsCertificate: string;
	readonly tlsKey?: Secret | undefined;
}
