/** Something the person at the keyboard can put right; printed as one sentence, without a stack. */
export class Fault extends Error {}

/** Debian's package for a shared library, where the name does not say it. */
const LIBRARY_PACKAGES: Readonly<Record<string, string>> = {
	libxml2: "libxml2",
	libicuuc: "libicu72",
	libicui18n: "libicu72",
	libcrypto: "libssl3",
	libssl: "libssl3",
	libz: "zlib1g",
	libzstd: "libzstd1",
	liblz4: "liblz4-1",
	libgssapi_krb5: "libgssapi-krb5-2",
	libatomic: "libatomic1",
	libjemalloc: "libjemalloc2",
	liblzf: "liblzf1",
	libuuid: "libuuid1",
	libstdc: "libstdc++6",
	libsystemd: "libsystemd0",
};

/** Turns what a program or the system said into a sentence that names the thing and the fix; undefined when it is not one of the known faults. */
export function faultIn(said: string, folder: string): Fault | undefined {
	const library = /(lib[\w+-]+)\.so[.\d]*: cannot open shared object file/.exec(said);
	if (library?.[1] !== undefined) {
		const debian = LIBRARY_PACKAGES[library[1]] ?? library[1].toLowerCase();
		return new Fault(
			`The library ${library[1]} is missing on this machine: install it with "sudo apt-get install ${debian}" and start again.`,
		);
	}
	if (/ENOSPC|no space left on device/i.test(said))
		return new Fault(`The disk of ${folder} is full: free at least 500 MB and start again; no data is lost.`);
	if (/unshare failed|unshare: .*Operation not permitted/i.test(said)) {
		return new Fault(
			`Postgres refuses to run as root and this machine forbids user namespaces: start Weir as another user, or set DATABASE_URL.`,
		);
	}
	if (/ENOENT.*setpriv|setpriv.*ENOENT/.test(said))
		return new Fault(`The program setpriv is missing: install it with "sudo apt-get install util-linux" and start again.`);
	if (/database files are incompatible/.test(said)) {
		return new Fault(
			`The data in ${folder}/postgres was made by another version of Postgres: move that folder away to begin with nothing.`,
		);
	}
	if (/Bad file format reading the append only file|Can't handle RDB format version/.test(said)) {
		return new Fault(
			`The Redis data in ${folder} was written by a newer Redis or Valkey than the one on this machine: bring that one back, or move ${folder}/redis-control and ${folder}/redis-data away to begin with nothing.`,
		);
	}
	if (/EACCES|Permission denied/.test(said))
		return new Fault(`Weir may not write to ${folder}: give that folder to the user you are, or set WEIR_FOLDER to another.`);
	return undefined;
}
