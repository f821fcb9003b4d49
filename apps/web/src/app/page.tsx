import { Entry } from "../features/access/entry.tsx";

export default function EntryPage() {
	return <Entry />;
}
