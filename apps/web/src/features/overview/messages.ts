export const OVERVIEW = {
	loading: "Loading the flow",
	failed: "This flow could not be loaded.",
	overviewFailed: "The numbers could not be loaded.",
	historyFailed: "The history could not be loaded.",
	eventsFailed: "The event log could not be loaded.",
	noEvents: "Nothing has happened yet.",
	neverDeployed: "This flow was never deployed.",
	neverDeployedHelp: "Deploy it from the editor; its numbers appear here with the first record.",
	waiting: "Waiting for the first record. Send one with the command below, or let pretended devices post.",
	noHistory: "Nothing was measured in this range.",
	noOperate: "Viewers cannot pause, resume, drain or stop flows.",
} as const;
