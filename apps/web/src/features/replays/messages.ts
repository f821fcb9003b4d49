export const REPLAYS = {
	loading: "Loading the replays",
	failed: "The replays could not be loaded.",
	lead: "Reads what was received once more, beside the flow. Its rows go to places of their own; what the flow writes is not touched.",
	rewindLead:
		"The flow itself goes back: it reads again what was received from this time on, with the version that runs, until it has caught up.",
	looking: "Looking at the range…",
	noOperate: "Viewers cannot replay or rewind flows.",
	noDraft: "Replaying the draft needs the right to deploy it.",
	backfillHelp:
		"A backfill: the draft reads from then on without end, beside the version that runs, into the tables that it names. When it has caught up, the other one stops and the draft's version is live. Until then nothing else can be deployed.",
	half: "Give both times.",
} as const;
