import { CaretDownIcon } from "@phosphor-icons/react/dist/csr/CaretDown";
import { CaretRightIcon } from "@phosphor-icons/react/dist/csr/CaretRight";
import type { Problem } from "@weir/errors";
import type { FlowNode } from "@weir/flow";
import type { NodeDefinition } from "@weir/node-kit";
import { useMemo, useState } from "react";
import { useAnalysis } from "../editor/context.ts";
import { FieldRow } from "./field-row.tsx";
import { type FieldSpec, fieldsOf, isChanged, shownFields } from "./fields.ts";

const NO_PROBLEMS: readonly Problem[] = [];

/** The form of a kind, drawn from its schema. Every edit is in the draft at once. */
export function SchemaForm({ node, definition }: { readonly node: FlowNode; readonly definition: NodeDefinition }) {
	const fields = useMemo(() => fieldsOf(definition.config), [definition]);
	const problems = useAnalysis((state) => state.byNode.get(node.id)) ?? NO_PROBLEMS;
	const hasProblem = (name: string) => problems.some((problem) => problem.path?.split(".")[0] === name);
	const shown = shownFields(fields, node.config, hasProblem);
	const plain = shown.filter((field) => field.meta.advanced !== true);
	const advanced = shown.filter((field) => field.meta.advanced === true);
	const row = (field: FieldSpec) => (
		<FieldRow
			key={field.name}
			spec={field}
			path={field.name}
			node={node}
			value={node.config[field.name]}
			connectionType={definition.connection}
			problems={problems.filter((problem) => problem.path === field.name || problem.path?.startsWith(`${field.name}.`) === true)}
		/>
	);
	return (
		<div className="weir-form">
			{plain.map(row)}
			{advanced.length > 0 && (
				<Advanced fields={advanced} node={node} row={row} hasProblem={advanced.some((field) => hasProblem(field.name))} />
			)}
			{fields.length === 0 && <p className="weir-muted">This node has nothing to set.</p>}
		</div>
	);
}

interface AdvancedProps {
	readonly fields: readonly FieldSpec[];
	readonly node: FlowNode;
	readonly hasProblem: boolean;
	row(field: FieldSpec): React.ReactNode;
}

function Advanced({ fields, node, row, hasProblem }: AdvancedProps) {
	const [open, setOpen] = useState(false);
	const changed = fields.filter((field) => isChanged(field, node.config[field.name])).length;
	const shown = open || hasProblem;
	return (
		<div className="weir-advanced">
			<button type="button" className="weir-disclosure" aria-expanded={shown} onClick={() => setOpen(!shown)}>
				{shown ? <CaretDownIcon size={12} aria-hidden="true" /> : <CaretRightIcon size={12} aria-hidden="true" />}
				Advanced
				{changed > 0 && <span className="weir-muted">{changed} changed</span>}
			</button>
			{shown && fields.map(row)}
		</div>
	);
}
