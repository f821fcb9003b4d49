export const CONNECTIONS = {
	title: "Connections",
	lead: "Outside systems that flows read from and write to. Secrets are sealed when you save them, and nobody can read them back.",
	loading: "Loading the connections",
	failed: "The connections could not be loaded.",
	emptyTitle: "No connections yet",
	empty: "A connection says how to reach a system of yours, so that the nodes of a flow can use it.",
	noEdit: "Only owners, admins and editors can add, change, test or delete connections.",
	managed: "Made and kept by Weir: flows write here unless they name another connection.",
} as const;
