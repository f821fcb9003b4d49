import type { Socket } from "node:net";
import { WeirError } from "@weir/errors";
import type { CertificateShown, ConnectionStep, ConnectionTest, ConnectOptions, TestOptions } from "./definition.ts";
import type { TlsTrust } from "./fields.ts";
import { allowedAddress, guardedConnect } from "./outbound/guard.ts";
import { shakeHands } from "./outbound/tls.ts";

/** What a step that went well says. */
type Said = string | { readonly message: string; readonly certificate: CertificateShown | undefined };

/** Does one step of a test; rejects with nothing to add when it failed: the step is noted already. */
export type Attempt = <T>(step: ConnectionStep["step"], act: () => Promise<T>, success: (result: T) => Said) => Promise<T>;

/** A certificate that was shown, with why it is not trusted. */
class NotTrusted extends Error {
	readonly refused: WeirError;
	readonly certificate: CertificateShown | undefined;

	constructor(refused: WeirError, certificate: CertificateShown | undefined) {
		super(refused.message, { cause: refused });
		this.refused = refused;
		this.certificate = certificate;
	}
}

class StepFailed extends Error {}

const STEP_MS = 5_000;

/** How long a step may take. */
export function stepTime(options: ConnectOptions): number {
	return options.timeoutMs ?? STEP_MS;
}

/** Plays the steps of a test until one fails. `failureOf` sorts the errors of the system's client. */
export async function playSteps(
	options: TestOptions,
	failureOf: (error: unknown) => WeirError,
	play: (attempt: Attempt) => Promise<void>,
): Promise<ConnectionTest> {
	const steps: ConnectionStep[] = [];
	const note = (step: ConnectionStep) => {
		steps.push(step);
		options.onStep?.(step);
	};
	const attempt: Attempt = async (step, act, success) => {
		try {
			const result = await within(stepTime(options), act());
			const said = success(result);
			note(typeof said === "string" ? { step, ok: true, message: said } : { step, ok: true, message: said.message, ...shown(said) });
			return result;
		} catch (error) {
			const failed = error instanceof NotTrusted ? error.refused : failureOf(error);
			note({ step, ok: false, message: failed.message, ...(error instanceof NotTrusted ? shown(error) : {}) });
			throw new StepFailed();
		}
	};
	try {
		await play(attempt);
	} catch (error) {
		if (!(error instanceof StepFailed)) throw error;
	}
	return { ok: steps.every((step) => step.ok), steps };
}

function shown({ certificate }: { readonly certificate: CertificateShown | undefined }) {
	return certificate === undefined ? {} : { certificate };
}

/** Rejects with CONNECTION_SLOW when it takes longer; what was begun is left to end by itself. */
export async function within<T>(timeoutMs: number, act: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => {
			const seconds = Math.round(timeoutMs / 100) / 10;
			reject(
				new WeirError(
					"CONNECTION_SLOW",
					`The other side does not answer within ${seconds} s; check that it is not overloaded, and its firewall.`,
				),
			);
		}, timeoutMs);
	});
	try {
		return await Promise.race([act, late]);
	} finally {
		clearTimeout(timer);
	}
}

export interface Reached {
	readonly host: string;
	readonly port: number;
	/** Absent: the connection is not encrypted. */
	readonly trust?: TlsTrust | undefined;
	/** Asks the server to begin TLS, where a protocol begins in clear. */
	readonly prepare?: (socket: Socket) => Promise<void>;
}

/** The first three steps of every system: name, port, encryption. */
export async function reach(attempt: Attempt, { host, port, trust, prepare }: Reached, options: TestOptions): Promise<void> {
	const timeoutMs = stepTime(options);
	await attempt(
		"name",
		() => allowedAddress(host, options.rules),
		() => `${host} was found.`,
	);
	await attempt(
		"port",
		async () => (await guardedConnect(host, port, options.rules, timeoutMs)).destroy(),
		() => `Something answers at port ${port}.`,
	);
	if (trust === undefined) return;
	await attempt(
		"encryption",
		async () => {
			const socket = await guardedConnect(host, port, options.rules, timeoutMs);
			try {
				await prepare?.(socket);
				const { refused, ...seen } = await shakeHands(socket, host, trust, timeoutMs);
				if (refused !== undefined) throw new NotTrusted(refused, seen.certificate);
				return seen;
			} finally {
				socket.destroy();
			}
		},
		({ protocol, certificate }) => ({
			message:
				certificate === undefined
					? `The connection is encrypted with ${protocol}.`
					: `The connection is encrypted with ${protocol}; the certificate of ${certificate.subject} was issued by ${certificate.issuer} and ends on ${dayOf(certificate.expiresAtMs)}.`,
			certificate,
		}),
	);
}

function dayOf(atMs: number): string {
	return new Date(atMs).toISOString().slice(0, 10);
}
