/** What an error says, or `otherwise` when it says nothing. */
export function sentenceOf(error: unknown, otherwise: string): string {
	return error instanceof Error && error.message !== "" ? error.message : otherwise;
}
