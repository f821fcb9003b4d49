export const CONNECTIONS = {
	title: "Connections",
	lead: "Databases that flows write to. Passwords are sealed when you save them, and nobody can read them back.",
	loading: "Loading the connections",
	failed: "The connections could not be loaded.",
	emptyTitle: "No connections yet",
	empty: "A connection says how to reach a database of yours, so that a Postgres sink can write to it.",
	noEdit: "Only owners, admins and editors can add or delete connections.",
	managed: "Made and kept by Weir: flows write here unless they name another connection.",
} as const;
