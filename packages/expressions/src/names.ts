/** Words that PostgreSQL's grammar keeps for itself: a field of such a name needs double quotes. */
const RESERVED = new Set(
	(
		"all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint " +
		"create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc " +
		"distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull " +
		"join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary " +
		"references returning right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user " +
		"using variadic verbose when where window with"
	).split(" "),
);

const PLAIN = /^[\p{L}_][\p{L}\p{N}_$]*$/u;

/** A field's name as it is written in an expression: in double quotes when it would not be read as a name without. */
export function quoted(name: string): string {
	return PLAIN.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`;
}
