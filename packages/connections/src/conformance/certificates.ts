import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

export interface IssuedCertificate {
	readonly cert: string;
	readonly key: string;
}

export interface Issue {
	readonly name: string;
	readonly use: "server" | "client";
	readonly ips?: readonly string[];
	readonly dns?: readonly string[];
	/** Below 0: it has expired. */
	readonly days?: number;
}

export interface Authority {
	/** Its own certificate, in PEM form. */
	readonly ca: string;
	issue(wanted: Issue): Promise<IssuedCertificate>;
}

/** A new authority in memory, with what it signs. */
export async function createAuthority(name = "CN=Weir test CA"): Promise<Authority> {
	const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
	const ca = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serial(),
		name,
		keys,
		signingAlgorithm: ALGORITHM,
		notBefore: new Date(Date.now() - DAY_MS),
		notAfter: new Date(Date.now() + 30 * DAY_MS),
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return {
		ca: ca.toString("pem"),
		async issue({ name: subject, use, ips = [], dns = [], days = 7 }) {
			const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
			const names = [...ips.map((value) => ({ type: "ip" as const, value })), ...dns.map((value) => ({ type: "dns" as const, value }))];
			const certificate = await x509.X509CertificateGenerator.create({
				serialNumber: serial(),
				subject,
				issuer: ca.subject,
				publicKey: own.publicKey,
				signingKey: keys.privateKey,
				signingAlgorithm: ALGORITHM,
				notBefore: new Date(Date.now() - (days < 0 ? 30 : 1) * DAY_MS),
				notAfter: new Date(Date.now() + days * DAY_MS),
				extensions: [
					new x509.BasicConstraintsExtension(false, undefined, true),
					new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
					new x509.ExtendedKeyUsageExtension([use === "server" ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth]),
					...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
					await x509.AuthorityKeyIdentifierExtension.create(ca, false),
				],
			});
			const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
			return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
		},
	};
}

/** A positive number. */
function serial(): string {
	return `01${randomBytes(15).toString("hex")}`;
}
