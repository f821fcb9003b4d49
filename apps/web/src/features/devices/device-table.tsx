import type { Device, Endpoint } from "../../client/contract.ts";
import { Chip } from "../../ui/chip.tsx";
import { Time } from "../../ui/time.tsx";

interface DeviceTableProps {
	readonly devices: readonly Device[];
	readonly endpoints: readonly Endpoint[];
	onOpen(device: Device): void;
}

export function DeviceTable({ devices, endpoints, onOpen }: DeviceTableProps) {
	return (
		<table className="w-table">
			<thead>
				<tr>
					<th scope="col">Name</th>
					<th scope="col" className="hidden lg:table-cell">
						Id
					</th>
					<th scope="col">Last seen</th>
					<th scope="col">Posted to</th>
					<th scope="col">Token</th>
					<th scope="col">Issued</th>
				</tr>
			</thead>
			<tbody>
				{devices.map((device) => {
					const endpoint = endpoints.find(({ id }) => id === device.lastEndpointId);
					return (
						<tr key={device.id} data-link="">
							<td>
								<button
									type="button"
									className="min-h-6 rounded-input text-left font-medium whitespace-nowrap text-accent-text"
									onClick={() => onOpen(device)}
								>
									{device.name}
								</button>
							</td>
							<td className="hidden font-mono text-meta text-muted lg:table-cell">{device.id}</td>
							<td>
								<Time at={device.lastSeenAt} />
							</td>
							<td className="whitespace-nowrap">
								{endpoint ? `${endpoint.flowName} · ${endpoint.nodeLabel}` : <span className="text-muted">—</span>}
							</td>
							<td>
								{device.liveCredentials === 0 ? (
									<Chip tone="warn">No live token</Chip>
								) : (
									<Chip tone="ok">{device.liveCredentials === 1 ? "1 live" : `${device.liveCredentials} live`}</Chip>
								)}
							</td>
							<td>
								<Time at={device.credentialCreatedAt} />
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
