/**
 * True when an MQTT topic belongs to a filter (MQTT 5, 4.7): `+` fills one level, `#` at the end all below.
 * Wildcards at the front do not reach topics that begin with `$`.
 */
export function matchesTopicFilter(topic: string, filter: string): boolean {
	const names = topic.split("/");
	const levels = filter.split("/");
	if (topic.startsWith("$") && (levels[0] === "+" || levels[0] === "#")) return false;
	for (const [index, level] of levels.entries()) {
		if (level === "#") return true;
		if (index >= names.length || (level !== "+" && level !== names[index])) return false;
	}
	return levels.length === names.length;
}
