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
	lateField,
	latenessField,
	lengthText,
	lintAligned,
	lintCalendar,
	lintLate,
	tellingFields,
	tellingText,
	type WindowKind,
	windowDefinition,
} from "./window.ts";
