import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { ConnectionStep } from "../../client/contract.ts";
import { dayOf } from "../../ui/format.ts";
import { Spinner } from "../../ui/spinner.tsx";

interface TestResultProps {
	readonly steps: readonly ConnectionStep[];
	/** Undefined while the test runs. */
	readonly ok: boolean | undefined;
}

/** Each step of a test, and at the one that failed what to do. */
export function TestResult({ steps, ok }: TestResultProps) {
	return (
		<div role="status">
			<p className="mb-1 flex items-center gap-2 font-medium">
				{ok === undefined ? <Spinner /> : null}
				{ok === undefined ? "Testing the connection…" : ok ? "The connection works." : "The connection does not work yet."}
			</p>
			<ol className="flex flex-col gap-1">
				{numbered(steps).map(({ key, step, ok: passed, message, certificate }) => (
					<li key={key} className="flex items-start gap-2">
						{passed ? (
							<CheckCircleIcon size={16} className="mt-0.5 shrink-0 text-ok" role="img" aria-label="passed" />
						) : (
							<XCircleIcon size={16} className="mt-0.5 shrink-0 text-error" role="img" aria-label="failed" />
						)}
						<span className="min-w-0 break-words">
							<span className="font-medium">{step}</span> <span className={passed ? "text-muted" : "text-error-text"}>{message}</span>
							{!passed && certificate ? (
								<span className="block text-meta text-muted">
									Shown: {certificate.subject}, issued by {certificate.issuer}, ends on {dayOf(certificate.expiresAt)}.
								</span>
							) : null}
						</span>
					</li>
				))}
			</ol>
		</div>
	);
}

/** A kind with two addresses has some steps twice. */
function numbered(steps: readonly ConnectionStep[]): readonly (ConnectionStep & { readonly key: string })[] {
	return steps.map((step, index) => ({ ...step, key: `${index} ${step.step}` }));
}
