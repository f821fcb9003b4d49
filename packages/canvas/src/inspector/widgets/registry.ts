import type { Widgets } from "../widget-props.ts";
import { BytesWidget, DurationWidget } from "./amount.tsx";
import { ConnectionWidget } from "./connection.tsx";
import { ExpressionWidget } from "./expression.tsx";
import { FieldPickerWidget } from "./field-picker.tsx";
import { FieldsPickerWidget } from "./fields-picker.tsx";
import { KeyValueWidget } from "./key-value.tsx";
import { ListWidget } from "./list.tsx";
import { NumberWidget } from "./number.tsx";
import { SchemaWidget } from "./schema.tsx";
import { SelectWidget } from "./select.tsx";
import { SwitchWidget } from "./switch.tsx";
import { TargetWidget } from "./target.tsx";
import { TextWidget } from "./text.tsx";
import { TopicWidget } from "./topic.tsx";

/** How each widget a field may ask for is drawn. */
export const WIDGETS: Widgets = {
	text: TextWidget,
	number: NumberWidget,
	switch: SwitchWidget,
	select: SelectWidget,
	duration: DurationWidget,
	bytes: BytesWidget,
	expression: ExpressionWidget,
	field: FieldPickerWidget,
	fields: FieldsPickerWidget,
	schema: SchemaWidget,
	topic: TopicWidget,
	connection: ConnectionWidget,
	target: TargetWidget,
	list: ListWidget,
	"key-value": KeyValueWidget,
};
