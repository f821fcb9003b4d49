import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { ConnectionTest } from "../../client/contract.ts";

/** Each step of a test, and at the one that failed what to do. */
export function TestResult({ result }: { readonly result: ConnectionTest }) {
	return (
		<div role="status">
			<p className="mb-1 font-medium">{result.ok ? "The connection works." : "The connection does not work yet."}</p>
			<ol className="flex flex-col gap-1">
				{result.steps.map(({ step, ok, message }) => (
					<li key={step} className="flex items-start gap-2">
						{ok ? (
							<CheckCircleIcon size={16} className="mt-0.5 shrink-0 text-ok" role="img" aria-label="passed" />
						) : (
							<XCircleIcon size={16} className="mt-0.5 shrink-0 text-error" role="img" aria-label="failed" />
						)}
						<span>
							<span className="font-medium">{step}</span> <span className={ok ? "text-muted" : "text-error-text"}>{message}</span>
						</span>
					</li>
				))}
			</ol>
		</div>
	);
}
