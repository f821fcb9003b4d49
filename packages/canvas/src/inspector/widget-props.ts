import type { Problem } from "@weir/errors";
import type { RecordSchema } from "@weir/records";
import type { ComponentType } from "react";
import type { FieldSpec, Widget } from "./fields.ts";

export type Widgets = Readonly<Record<Widget, ComponentType<WidgetProps>>>;

/** What every widget is handed. It edits one value and knows nothing of the drawing. */
export interface WidgetProps {
	readonly spec: FieldSpec;
	/** Path into the config; also names the control for `goToField`. */
	readonly path: string;
	readonly nodeId: string;
	readonly value: unknown;
	readonly disabled: boolean;
	/** The field was left once: what is empty in it counts as forgotten. */
	readonly touched: boolean;
	readonly input: RecordSchema | undefined;
	readonly problems: readonly Problem[];
	/** Type of connection that the node needs. */
	readonly connectionType: string | undefined;
	/** How the fields inside a list are drawn. */
	readonly widgets: Widgets;
	/** Attributes that tie the control to its label, help and error. */
	readonly control: ControlProps;
	change(value: unknown): void;
	/** The field was left. */
	leave(): void;
}

interface ControlProps {
	readonly id: string;
	readonly "aria-invalid": boolean | undefined;
	readonly "aria-describedby": string | undefined;
	readonly "aria-required": boolean | undefined;
}
