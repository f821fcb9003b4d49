import { describe, expect, it } from "vitest";
import { deviceOfToken, hmacOfToken, isTokenOf, newDeviceId, newDeviceToken, pepperId } from "./token.ts";

describe("device token", () => {
	it("names its device and is verified by what was stored of it", () => {
		const device = newDeviceId();
		const token = newDeviceToken(device);
		expect(deviceOfToken(token)).toBe(device);
		expect(isTokenOf(token, hmacOfToken(token, "black"), "black")).toBe(true);
	});

	it("is not verified by another token's store, another pepper or a broken store", () => {
		const token = newDeviceToken("pump00000001");
		expect(isTokenOf(token, hmacOfToken(newDeviceToken("pump00000001"), "black"), "black")).toBe(false);
		expect(isTokenOf(token, hmacOfToken(token, "white"), "black")).toBe(false);
		expect(isTokenOf(token, "", "black")).toBe(false);
		expect(pepperId("white")).not.toBe(pepperId("black"));
	});

	it("tells a mistyped token from a wrong one by its check sum", () => {
		const token = newDeviceToken("pump00000001");
		const swapped = token.replace("pump00000001", "pump00000002");
		for (const text of ["", "wd_", "Bearer x", token.slice(1), `${token}0`, token.toUpperCase(), swapped]) {
			expect(deviceOfToken(text)).toBeUndefined();
		}
	});

	it("is never made twice", () => {
		expect(new Set(Array.from({ length: 1000 }, () => newDeviceToken("pump00000001"))).size).toBe(1000);
	});
});
