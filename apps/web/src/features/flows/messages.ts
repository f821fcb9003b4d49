export const FLOWS = {
	title: "Flows",
	loading: "Loading the flows",
	failed: "The flows could not be loaded.",
	templatesFailed: "The templates could not be loaded.",
	emptyTitle: "Draw your first flow",
	empty: "A flow takes what devices post, works on it, and keeps the result. Start from one that works, or from an empty canvas.",
	filteredEmpty: "No flows match.",
	noEdit: "Only owners, admins and editors can add or change flows.",
	noOperate: "Viewers cannot start or stop flows.",
	blankName: "Untitled flow",
} as const;
