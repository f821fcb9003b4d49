export { createPairing, type Matching } from "./pairing.ts";
