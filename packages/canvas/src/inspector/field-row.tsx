import { ArrowCounterClockwiseIcon } from "@phosphor-icons/react/dist/csr/ArrowCounterClockwise";
import { XCircleIcon } from "@phosphor-icons/react/dist/csr/XCircle";
import type { Problem } from "@weir/errors";
import type { FlowNode } from "@weir/flow";
import { useEffect, useRef } from "react";
import { editField } from "../editor/actions.ts";
import { useAnalysis, useSession, useView } from "../editor/context.ts";
import { type FieldSpec, isChanged } from "./fields.ts";
import { WIDGETS } from "./widgets/registry.ts";

export interface FieldRowProps {
	readonly spec: FieldSpec;
	readonly path: string;
	readonly node: FlowNode;
	readonly value: unknown;
	readonly connectionType: string | undefined;
	readonly problems: readonly Problem[];
}

/** Label, control, help and error of one field. */
export function FieldRow({ spec, path, node, value, connectionType, problems }: FieldRowProps) {
	const session = useSession();
	const row = useRef<HTMLElement>(null);
	const touched = useView((view) => view.touched.has(`${node.id} ${path}`));
	const wanted = useView((view) => view.wantedField === path || view.wantedField?.startsWith(`${path}.`) === true);
	/** A source has no input: its fields pick from what it puts out. */
	const input = useAnalysis(
		({ resolution }) =>
			(spec.meta.input === undefined ? resolution.inputs.get(node.id) : resolution.inputPorts.get(node.id)?.[spec.meta.input]) ??
			Object.values(resolution.outputs.get(node.id) ?? {})[0],
	);
	const id = `weir-field-${node.id}-${path.replaceAll(".", "-")}`;
	const own = problems.filter((problem) => problem.path === path || !spec.items.length);
	const shown = touched || (value !== undefined && value !== "") ? own : [];
	const isError = shown.some((problem) => problem.severity === "error");
	const current = value ?? spec.initial;

	useEffect(() => {
		if (!wanted) return;
		session.view.setState({ wantedField: undefined });
		const control = row.current?.querySelector<HTMLElement>(`[id="${id}"], input, select, textarea, button`);
		control?.scrollIntoView({ block: "nearest" });
		control?.focus();
	}, [wanted, session, id]);

	const leave = () => {
		session.documents.getState().sealField();
		const { touched: before } = session.view.getState();
		if (!before.has(`${node.id} ${path}`)) session.view.setState({ touched: new Set([...before, `${node.id} ${path}`]) });
	};
	const describedBy = [spec.meta.help === undefined ? "" : `${id}-help`, shown.length > 0 ? `${id}-error` : ""]
		.filter((part) => part !== "")
		.join(" ");
	const WidgetOf = WIDGETS[spec.widget];
	/** Several controls under one label. */
	const isGroup = spec.widget === "list" || spec.widget === "schema" || spec.widget === "key-value";
	const Box = isGroup ? "fieldset" : "div";
	return (
		<Box
			className="weir-field"
			ref={(element: HTMLElement | null) => {
				row.current = element;
			}}
			data-field={path}
			data-widget={spec.widget}
			aria-labelledby={isGroup ? `${id}-label` : undefined}
		>
			<div className="weir-field-head">
				{isGroup ? (
					<span className="weir-label" id={`${id}-label`}>
						{spec.meta.title}
					</span>
				) : (
					<label className="weir-label" id={`${id}-label`} htmlFor={id}>
						{spec.meta.title}
					</label>
				)}
				{isChanged(spec, value) && spec.isOptional && (
					<>
						<span className="weir-changed-dot" role="img" aria-label="changed" />
						{session.canEdit && (
							<button
								type="button"
								className="weir-icon-button small"
								aria-label={`Reset ${spec.meta.title} to its default`}
								onClick={() => editField(session, node.id, path, spec.initial)}
							>
								<ArrowCounterClockwiseIcon size={12} aria-hidden="true" />
							</button>
						)}
					</>
				)}
			</div>
			<WidgetOf
				spec={spec}
				path={path}
				nodeId={node.id}
				value={current}
				disabled={!session.canEdit}
				touched={touched}
				input={input}
				problems={problems}
				connectionType={connectionType}
				widgets={WIDGETS}
				control={{
					id,
					"aria-invalid": isError || undefined,
					"aria-describedby": describedBy === "" ? undefined : describedBy,
					"aria-required": !spec.isOptional || undefined,
				}}
				change={(next) => editField(session, node.id, path, next)}
				leave={leave}
			/>
			{spec.meta.help !== undefined && (
				<p className="weir-help" id={`${id}-help`}>
					{spec.meta.help}
				</p>
			)}
			{shown.length > 0 && (
				<div className="weir-field-error" id={`${id}-error`} data-severity={isError ? "error" : "warning"}>
					{shown.map((problem) => (
						<p key={problem.message}>
							<XCircleIcon size={14} aria-hidden="true" />
							<span>
								{withoutTitle(problem.message, spec.meta.title)}
								{problem.at !== undefined && problem.at.line > 1 && ` (line ${problem.at.line}, column ${problem.at.column})`}
							</span>
						</p>
					))}
				</div>
			)}
		</Box>
	);
}

/** The field's name stands above already. */
function withoutTitle(message: string, title: string): string {
	return message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
}
