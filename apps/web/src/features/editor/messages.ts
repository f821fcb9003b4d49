export const EDITOR = {
	loading: "Loading the drawing",
	failed: "This flow could not be loaded.",
	viewer: "Your role lets you look, not change. An owner or admin of this tenant can make you an editor.",
	catalogueNewer: "This flow uses nodes that this version of Weir does not know.",
} as const;
