export const ACCESS = {
	emailMissing: "Enter your e-mail address.",
	emailWrong: "This does not look like an e-mail address, such as ada@example.com.",
	passwordMissing: "Enter your password.",
	passwordShort: "Use at least 12 characters; a few words in a row are fine.",
	nameMissing: "Enter your name, as colleagues should see it.",
	tenantMissing: "Enter the name of your company, team or project.",
	refused: "E-mail and password do not match an account. Check both and try again.",
	unreachable: "The server cannot be reached. Check your network and try again.",
	capsLock: "Caps Lock is on.",
} as const;
