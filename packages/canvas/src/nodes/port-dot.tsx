import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import type { Port } from "@weir/node-kit";
import { Handle, Position } from "@xyflow/react";
import type { KeyboardEvent } from "react";
import { useDocument, useSession, useView } from "../editor/context.ts";

export interface PortDotProps {
	readonly nodeId: string;
	readonly nodeName: string;
	readonly port: Port;
	readonly side: "in" | "out";
	/** Pixels below the middle of the card. */
	readonly offset: number;
	readonly labelled: boolean;
}

/** A port: a 12 px dot with a 28 px hit area that can be dragged from, clicked, and pressed with Enter. */
export function PortDot({ nodeId, nodeName, port, side, offset, labelled }: PortDotProps) {
	const session = useSession();
	const key = `${nodeId} ${port.name}`;
	const reachable = useView(
		(view) =>
			view.inside === nodeId || (view.connecting?.by === "click" && view.connecting.candidates.has(key) && view.connecting.side !== side),
	);
	const can = useView((view) => view.connecting !== undefined && view.connecting.side !== side && view.connecting.candidates.has(key));
	const connected = useDocument(({ flow }) =>
		flow.edges.some((edge) =>
			side === "in" ? edge.to.node === nodeId && edge.to.port === port.name : edge.from.node === nodeId && edge.from.port === port.name,
		),
	);
	const press = (event: KeyboardEvent<HTMLDivElement>) => {
		if (event.key !== "Enter" && event.key !== " ") return;
		event.preventDefault();
		event.stopPropagation();
		event.currentTarget.click();
	};
	const tip = (shown: boolean) => (event: { currentTarget: HTMLElement }) => {
		const box = event.currentTarget.getBoundingClientRect();
		session.view.setState({
			portTip: shown ? { node: nodeId, port: port.name, side, at: { x: box.left + box.width / 2, y: box.bottom } } : undefined,
		});
	};
	return (
		<>
			<Handle
				id={port.name}
				type={side === "in" ? "target" : "source"}
				position={side === "in" ? Position.Left : Position.Right}
				isConnectable={session.canEdit}
				className="weir-port"
				style={{ top: `calc(50% + ${offset}px)` }}
				role="button"
				tabIndex={reachable ? 0 : -1}
				aria-label={`${side === "in" ? "Input" : "Output"} ${port.name} of ${nodeName}`}
				data-can={can || undefined}
				data-missing={(side === "in" && !connected) || undefined}
				data-side={port.side === true || undefined}
				onKeyDown={press}
				onMouseEnter={tip(true)}
				onMouseLeave={tip(false)}
				onFocus={tip(true)}
				onBlur={tip(false)}
			/>
			{labelled && (
				<span className="weir-port-label" data-side={side} style={{ top: `calc(50% + ${offset}px)` }}>
					{port.name}
				</span>
			)}
			{side === "out" && !connected && session.canEdit && (
				<button
					type="button"
					className="weir-plus nodrag nopan"
					style={{ top: `calc(50% + ${offset}px)` }}
					tabIndex={reachable ? 0 : -1}
					aria-label={`Add a node after ${nodeName}, output ${port.name}`}
					onClick={(event) => {
						event.stopPropagation();
						const box = event.currentTarget.getBoundingClientRect();
						session.view.setState({
							popover: { kind: "quick-add", from: { node: nodeId, port: port.name }, at: { x: box.right + 4, y: box.top } },
						});
					}}
				>
					<PlusIcon size={12} weight="bold" aria-hidden="true" />
				</button>
			)}
		</>
	);
}
