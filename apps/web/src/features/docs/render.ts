import { Marked, type Tokens } from "marked";

function escapeHtml(text: string): string {
	return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function slug(text: string): string {
	return text
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, "-")
		.replace(/^-+|-+$/g, "");
}

/** `../concepts/event-time.md#late` seen from `nodes/dedup` → `/docs/concepts/event-time#late`. */
export function hrefOf(href: string, from: string): string | undefined {
	if (/^https?:\/\//.test(href) || href.startsWith("#") || href.startsWith("/docs")) return href;
	if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return undefined;
	const [target = "", anchor] = href.split("#");
	const { pathname } = new URL(target, `http://manual/docs/${from}`);
	const path = pathname.replace(/\.md$/, "").replace(/^(?!\/docs)/, "/docs");
	return anchor === undefined ? path : `${path}#${anchor}`;
}

/** The text without its first heading, for pages that draw their own. */
export function withoutTitle(text: string): string {
	return text.replace(/^\s*#\s+.*\n?/, "");
}

/** Markdown of our own manual as HTML. Tags in it are shown as text, and only web links and links within the manual lead anywhere. */
export function renderDoc(text: string, path: string): string {
	const marked = new Marked({ gfm: true });
	marked.use({
		renderer: {
			html: ({ text: html }: Tokens.HTML | Tokens.Tag) => escapeHtml(html),
			heading({ tokens, depth, text: plain }: Tokens.Heading) {
				return `<h${depth} id="${slug(plain)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
			},
			link({ href, tokens }: Tokens.Link) {
				const label = this.parser.parseInline(tokens);
				const target = hrefOf(href, path);
				if (target === undefined) return label;
				const outside = /^https?:/.test(target) ? ' rel="noreferrer" target="_blank"' : "";
				return `<a href="${escapeHtml(target)}"${outside}>${label}</a>`;
			},
			image: ({ text: alt }: Tokens.Image) => escapeHtml(alt),
			code: ({ text: code, lang }: Tokens.Code) =>
				`<pre tabindex="0"${lang ? ` data-language="${escapeHtml(lang)}"` : ""}><code>${escapeHtml(code)}</code></pre>\n`,
			table(token: Tokens.Table) {
				const row = (cells: Tokens.TableCell[], tag: "th" | "td") =>
					`<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>`;
				return `<div class="w-doc-table" tabindex="0" role="region" aria-label="Table"><table><thead>${row(token.header, "th")}</thead><tbody>${token.rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>\n`;
			},
		},
	});
	return marked.parse(text, { async: false });
}
