/// <reference types="vite/client" />

declare module "parser-wasm?url" {
	const address: string;
	export default address;
}
