import { LinkButton } from "../ui/button.tsx";
import { Empty } from "../ui/states.tsx";

export default function NotFound() {
	return (
		<main className="flex min-h-dvh items-center justify-center">
			<Empty title="There is nothing at this address." action={<LinkButton href="/">Go to your flows</LinkButton>}>
				The link may be old, or what it led to was deleted.
			</Empty>
		</main>
	);
}
