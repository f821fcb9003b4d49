import { isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { WeirError } from "@weir/errors";
import type { CertificateShown } from "../definition.ts";
import { networkFailure, trustText } from "../failure.ts";
import type { TlsTrust } from "../fields.ts";
import { GuardedSocket, type OutboundRules } from "./guard.ts";

/** Settings of TLS for every client: the server must prove that it is `host`. */
export function tlsOptions(trust: TlsTrust, host: string): ConnectionOptions {
	return {
		host,
		// An address is no server name (RFC 6066).
		...(isIP(host) === 0 ? { servername: host } : {}),
		...(trust.tlsCa === "" ? {} : { ca: trust.tlsCa }),
		...(trust.tlsCertificate === "" ? {} : { cert: trust.tlsCertificate }),
		...(trust.tlsKey === undefined ? {} : { key: trust.tlsKey.reveal() }),
		minVersion: "TLSv1.2",
		rejectUnauthorized: true,
	};
}

/** A socket on its way through the guard, encrypted when `trust` is given; for clients that want one at once. */
export function guardedStream(host: string, port: number, rules: OutboundRules, trust: TlsTrust | undefined): Socket {
	const socket = new GuardedSocket(rules);
	socket.connect(port, host);
	if (trust === undefined) return socket;
	if (socket.destroyed) return socket;
	const secure = connect({ socket, ...tlsOptions(trust, host) });
	// What the guard refuses is told by the socket that the client holds.
	socket.once("error", (error) => secure.destroy(error));
	return secure;
}

/** What the other side showed in the handshake. */
export interface Handshake {
	readonly certificate: CertificateShown | undefined;
	readonly protocol: string;
}

/**
 * Shakes hands over a connected socket and tells the certificate, also of a server that is not trusted: then `refused` says why.
 * Nothing is sent over the connection.
 */
export function shakeHands(
	socket: Socket,
	host: string,
	trust: TlsTrust,
	timeoutMs: number,
): Promise<Handshake & { readonly refused: WeirError | undefined }> {
	return new Promise((resolve, reject) => {
		const secure = connect({ socket, ...tlsOptions(trust, host), rejectUnauthorized: false });
		secure.setTimeout(timeoutMs, () => secure.destroy(new Error("timeout while agreeing on encryption")));
		secure.once("error", (error) => reject(networkFailure("the server", error)));
		secure.once("close", () =>
			reject(new WeirError("CONNECTION_DENIED", "The server broke off while agreeing on encryption; it may not speak TLS at this port.")),
		);
		secure.once("secureConnect", () => {
			const certificate = certificateOf(secure.getPeerCertificate());
			resolve({ certificate, protocol: secure.getProtocol() ?? "TLS", refused: refusalOf(secure, certificate, host) });
			secure.destroy();
		});
	});
}

function refusalOf(socket: TLSSocket, certificate: CertificateShown | undefined, host: string): WeirError | undefined {
	if (socket.authorized) return undefined;
	const shown = certificate === undefined ? host : `${certificate.subject}, issued by ${certificate.issuer},`;
	const reason: unknown = socket.authorizationError;
	const code = reason instanceof Error && "code" in reason ? String(reason.code) : String(reason);
	return new WeirError("CONNECTION_DENIED", trustText(code, shown, host));
}

function certificateOf(peer: PeerCertificate): CertificateShown | undefined {
	const expiresAtMs = Date.parse(peer.valid_to ?? "");
	if (Number.isNaN(expiresAtMs)) return undefined;
	const nameOf = (name: PeerCertificate["subject"] | undefined) => String(name?.CN ?? name?.O ?? "somebody without a name");
	return { subject: nameOf(peer.subject), issuer: nameOf(peer.issuer), expiresAtMs };
}
