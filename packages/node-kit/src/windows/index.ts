export { type Aggregate, type AggregateFunction, nameOfAggregate, SKETCH_ERROR } from "./aggregate.ts";
export { type CalendarUnit, isTimeZone } from "./calendar.ts";
export {
	type AlignedConfig,
	alignedOwnFields,
	calendarFields,
	commonDivisor,
	durationField,
	type Gathered,
	gatheredFields,
	ifCalendar,
	ifDuration,
	latenessField,
	lengthText,
	lintAligned,
	lintCalendar,
	tellingFields,
	tellingText,
	type WindowKind,
	windowDefinition,
} from "./window.ts";
