import { PlusIcon } from "@phosphor-icons/react/dist/csr/Plus";
import { TrashIcon } from "@phosphor-icons/react/dist/csr/Trash";
import { type FieldSpec, shownFields } from "../fields.ts";
import type { WidgetProps } from "../widget-props.ts";

/** A list of items, each drawn by the meta of its own fields. */
export function ListWidget(props: WidgetProps) {
	const { spec, value, disabled, change } = props;
	const items: readonly unknown[] = Array.isArray(value) ? value : [];
	const fresh = spec.isPlainList
		? ""
		: Object.fromEntries(spec.items.flatMap((item) => (item.initial === undefined ? [] : [[item.name, item.initial]])));
	const put = (at: number, item: unknown) => change(items.map((old, i) => (i === at ? item : old)));
	const word = spec.meta.title.toLowerCase();
	return (
		<div className="weir-rows">
			{items.map((item, i) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: items have no identity besides their place
				<fieldset key={i} className="weir-item" aria-label={`${spec.meta.title} ${i + 1}`}>
					<div className="weir-item-fields">
						{spec.isPlainList ? (
							<input
								className="weir-input"
								aria-label={`${spec.meta.title} ${i + 1}`}
								disabled={disabled}
								value={String(item)}
								onChange={(event) => put(i, event.target.value)}
								onBlur={props.leave}
							/>
						) : (
							shownIn(props, item, i).map((field) => (
								<ItemField key={field.name} list={props} field={field} item={item} at={i} put={(next) => put(i, next)} />
							))
						)}
					</div>
					{!disabled && (
						<button
							type="button"
							className="weir-icon-button"
							aria-label={`Remove ${word} ${i + 1}`}
							onClick={() => change(items.filter((_, j) => j !== i))}
						>
							<TrashIcon size={14} aria-hidden="true" />
						</button>
					)}
				</fieldset>
			))}
			{!disabled && (
				<button
					type="button"
					className="weir-button ghost"
					id={items.length === 0 ? props.control.id : undefined}
					aria-label={`Add to ${word}`}
					onClick={() => change([...items, fresh])}
				>
					<PlusIcon size={12} aria-hidden="true" /> Add
				</button>
			)}
		</div>
	);
}

/** The fields of an item that are of use with what is set in it. */
function shownIn({ spec, path, problems }: WidgetProps, item: unknown, at: number): readonly FieldSpec[] {
	return shownFields(spec.items, asRecord(item), (name) => problems.some((problem) => problem.path === `${path}.${at}.${name}`));
}

function asRecord(item: unknown): Record<string, unknown> {
	return typeof item === "object" && item !== null ? (item as Record<string, unknown>) : {};
}

interface ItemFieldProps {
	readonly list: WidgetProps;
	readonly field: FieldSpec;
	readonly item: unknown;
	readonly at: number;
	put(item: unknown): void;
}

function ItemField({ list, field, item, at, put }: ItemFieldProps) {
	const path = `${list.path}.${at}.${field.name}`;
	const id = `weir-field-${list.nodeId}-${path.replaceAll(".", "-")}`;
	const record = asRecord(item);
	const isFilled = record[field.name] !== undefined && record[field.name] !== "";
	const problems = list.touched || isFilled ? list.problems.filter((problem) => problem.path === path) : [];
	const WidgetOf = list.widgets[field.widget];
	return (
		<div className="weir-item-field" data-field={path}>
			<label className="weir-item-label" id={`${id}-label`} htmlFor={id}>
				{field.meta.title}
			</label>
			<WidgetOf
				{...list}
				spec={field}
				path={path}
				value={record[field.name] ?? field.initial}
				problems={problems}
				control={{
					id,
					"aria-invalid": problems.length > 0 || undefined,
					"aria-describedby": problems.length > 0 ? `${id}-error` : field.meta.help === undefined ? undefined : `${id}-help`,
					"aria-required": !field.isOptional || undefined,
				}}
				change={(next) => put(withField(record, field.name, next))}
			/>
			{field.meta.help !== undefined && (
				<p className="weir-help" id={`${id}-help`}>
					{field.meta.help}
				</p>
			)}
			{problems.length > 0 && (
				<p className="weir-field-error" data-severity="error" id={`${id}-error`}>
					{problems[0]?.message}
				</p>
			)}
		</div>
	);
}

function withField(record: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
	const next = { ...record, [name]: value };
	if (value === undefined) delete next[name];
	return next;
}
