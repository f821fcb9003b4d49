/** Something that stays open while it is used. */
interface Closable {
	close(): Promise<void>;
}

const FORGET_MS = 60_000;

/** What tenants' connections lead to, opened once each and closed when nobody has asked for it for a minute. */
export class KeptOpen<T extends Closable> {
	readonly #connect: (tenant: string, connection: string) => Promise<T>;
	readonly #open = new Map<string, { readonly opened: Promise<T>; usedAtMs: number }>();
	readonly #timer: NodeJS.Timeout;

	constructor(connect: (tenant: string, connection: string) => Promise<T>) {
		this.#connect = connect;
		this.#timer = setInterval(() => this.#forget(), FORGET_MS / 4);
		this.#timer.unref();
	}

	async of(tenant: string, connection: string): Promise<T> {
		const key = `${tenant}/${connection}`;
		const known = this.#open.get(key);
		if (known !== undefined) {
			known.usedAtMs = Date.now();
			return known.opened;
		}
		const opened = this.#connect(tenant, connection);
		this.#open.set(key, { opened, usedAtMs: Date.now() });
		// The next slice tries anew, with what the connection says then.
		opened.catch(() => this.#open.delete(key));
		return opened;
	}

	async close(): Promise<void> {
		clearInterval(this.#timer);
		await Promise.all([...this.#open.values()].map(({ opened }) => opened.then((one) => one.close()).catch(() => {})));
	}

	#forget(): void {
		const before = Date.now() - FORGET_MS;
		for (const [key, { opened, usedAtMs }] of this.#open) {
			if (usedAtMs >= before) continue;
			this.#open.delete(key);
			void opened.then((one) => one.close()).catch(() => {});
		}
	}
}
