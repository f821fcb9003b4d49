const svg = (body: string) =>
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`;

/** Icons of the harness's own kinds. */
export const ICONS: Readonly<Record<string, string>> = {
	"mqtt-source": svg(
		'<circle cx="12" cy="12" r="2"/><path d="M7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14"/>',
	),
	"http-source": svg(
		'<circle cx="6" cy="17" r="3"/><circle cx="18" cy="17" r="3"/><circle cx="12" cy="6" r="3"/><path d="M9 17h6M10.7 8.7 7.4 14.4M13.3 8.7l3.3 5.7"/>',
	),
	"kafka-source": svg('<circle cx="12" cy="12" r="2"/><path d="M7.8 16.2a6 6 0 0 1 0-8.4M16.2 7.8a6 6 0 0 1 0 8.4"/>'),
	filter: svg('<path d="M3 4h18l-7 9v6l-4 2v-8z"/>'),
	map: svg('<path d="m9 4 6 2 6-2v14l-6 2-6-2-6 2V6z"/><path d="M9 4v14M15 6v14"/>'),
	window: svg('<circle cx="12" cy="14" r="7"/><path d="M10 3h4M12 14l2-3"/>'),
	dedup: svg('<path d="m12 3 9 5-9 5-9-5z"/><path d="m3 12 9 5 9-5M3 16l9 5 9-5"/>'),
	onnx: svg(
		'<path d="M12 5a3 3 0 0 0-6 0 4 4 0 0 0-2 6 4 4 0 0 0 2 6 3 3 0 0 0 6 1zM12 5a3 3 0 0 1 6 0 4 4 0 0 1 2 6 4 4 0 0 1-2 6 3 3 0 0 1-6 1"/>',
	),
	route: svg(
		'<circle cx="6" cy="5" r="2"/><circle cx="6" cy="19" r="2"/><circle cx="18" cy="8" r="2"/><path d="M6 7v10M18 10c0 4-6 4-12 6"/>',
	),
	"postgres-sink": svg(
		'<ellipse cx="12" cy="5" rx="8" ry="3"/><path d="M4 5v14c0 1.7 3.6 3 8 3s8-1.3 8-3V5M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3"/>',
	),
	"s3-sink": svg('<path d="M17 19H8a6 6 0 1 1 5.6-8H17a4 4 0 1 1 0 8z"/>'),
	"log-sink": svg('<path d="M4 5h16M4 10h16M4 15h10M4 20h6"/>'),
};
