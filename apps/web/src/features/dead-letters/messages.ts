export const DEAD_LETTERS = {
	title: "Dead letters",
	lead: "Records that could not be read or stored, set aside with their reason, their bytes and their place. The flow went on without them.",
	loading: "Loading the dead letters",
	failed: "The dead letters could not be loaded.",
	emptyTitle: "Nothing has failed",
	empty: "Records that a node cannot read or store come here instead of stopping the flow.",
	filteredEmpty: "No dead letters match.",
	recordsFailed: "The records of this group could not be loaded.",
	recordFailed: "This record could not be loaded.",
	noData: "Your role shows counts, but not the records themselves.",
} as const;
