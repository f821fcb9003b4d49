import type { DoorEndpoint } from "@weir/db/gateway";
import { matchesTopicFilter } from "@weir/records";
import { packetFault, REASON } from "./reasons.ts";

const TOPIC_CHARACTERS = 65_535;
const TOPICS_REMEMBERED = 10_000;

/** Throws for what is no topic name (4.7 of the standard). */
export function checkTopic(topic: string): void {
	if (topic === "" || topic.length > TOPIC_CHARACTERS || topic.includes("+") || topic.includes("#")) {
		throw packetFault(REASON.malformed, "A topic name is empty or holds a wildcard.");
	}
}

/** Throws for what is no topic filter: `+` and `#` fill a level, and `#` only the last. */
export function checkFilter(filter: string): void {
	const levels = filter.split("/");
	const isWrong = levels.some(
		(level, index) => (level.includes("+") && level !== "+") || (level.includes("#") && (level !== "#" || index < levels.length - 1)),
	);
	if (filter === "" || isWrong) throw packetFault(REASON.malformed, "A topic filter is empty or has a wildcard in a wrong place.");
}

/** The endpoints of a tenant by topic; what a topic led to is remembered until the directory answers anew. */
export class TopicRouter {
	readonly #remembered = new WeakMap<readonly DoorEndpoint[], Map<string, readonly DoorEndpoint[]>>();

	route(topic: string, endpoints: readonly DoorEndpoint[]): readonly DoorEndpoint[] {
		let topics = this.#remembered.get(endpoints);
		if (topics === undefined) {
			topics = new Map();
			this.#remembered.set(endpoints, topics);
		}
		let found = topics.get(topic);
		if (found === undefined) {
			found = endpoints.filter(({ settings }) => settings.topicFilter !== undefined && matchesTopicFilter(topic, settings.topicFilter));
			if (topics.size >= TOPICS_REMEMBERED) topics.clear();
			topics.set(topic, found);
		}
		return found;
	}
}
