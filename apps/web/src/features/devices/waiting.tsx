"use client";

import { CheckCircleIcon } from "@phosphor-icons/react/dist/csr/CheckCircle";
import { useState } from "react";
import type { Endpoint } from "../../client/contract.ts";
import { useLive } from "../../client/live.ts";
import { fullNumber } from "../../ui/format.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { Time } from "../../ui/time.tsx";

/** Waits for a record at an endpoint and turns green with the first one. */
export function Waiting({ tenant, endpoint }: { readonly tenant: string; readonly endpoint: Endpoint }) {
	const [live, setLive] = useState<{ readonly records: number; readonly lastRecordAt?: number | undefined }>();
	useLive(tenant, `endpoint:${endpoint.id}`, (event) => {
		if (event.kind === "endpoint") setLive(event.data);
	});
	const records = live?.records ?? endpoint.records ?? 0;
	const lastAt = live?.lastRecordAt ?? endpoint.lastRecordAt;

	return (
		<div
			role="status"
			data-testid="endpoint-state"
			data-records={records}
			className={`flex items-center gap-2 rounded-control px-3 py-2 font-medium ${records > 0 ? "bg-ok-soft text-ok-text" : "bg-sunken text-muted"}`}
		>
			{records > 0 ? (
				<>
					<CheckCircleIcon size={16} className="shrink-0" aria-hidden="true" />
					<span>
						{fullNumber(records)} {records === 1 ? "record" : "records"} received
						{lastAt === undefined ? null : (
							<span className="font-normal">
								, the last <Time at={lastAt} />
							</span>
						)}
					</span>
				</>
			) : (
				<>
					<Spinner />
					Waiting for the first record…
				</>
			)}
		</div>
	);
}
