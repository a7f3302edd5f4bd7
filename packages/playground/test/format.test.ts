import { expect, test } from "vitest";
import { bytes, clearValue, count, duration, integer, percent } from "../src/view/format.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"],
  [16_500, "17 KB"],
  [999_499, "999 KB"],
  [999_500, "1.0 MB"],
  [30_147_060, "30 MB"],
])("%d bytes are %s", (count, text) => {
  expect(bytes(count)).toBe(text);
});

test.each([
  [0.4, "0 ms"],
  [143.2, "143 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [12_340, "12.3 s"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("integers have groups of three digits", () => {
  expect(
    [7, 999, 1000, -1234567, 2n ** 64n].map((value) => integer(value).replaceAll("\u202f", "_")),
  ).toEqual(["7", "999", "1_000", "-1_234_567", "18_446_744_073_709_551_616"]);
});

test("values, counts and parts", () => {
  expect(clearValue(true)).toBe("true");
  expect(clearValue("a text")).toBe(`"a text"`);
  expect(count(1, "thread")).toBe("1 thread");
  expect(count(2, "thread")).toBe("2 threads");
  expect(percent(0.005)).toBe("1 %");
});
