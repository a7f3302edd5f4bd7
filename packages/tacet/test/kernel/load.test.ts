import { expect, test } from "vitest";
import { loadKernel, moduleBytes } from "../../src/kernel/load.ts";
import { answersRight } from "../../src/kernel/self-check.ts";
import { unitRoot } from "../../src/kernel/tables.ts";

test("every polynomial size has a kernel of each flavour", async () => {
  for (let polynomialSize = 256; polynomialSize <= 65536; polynomialSize *= 2) {
    for (const deterministic of [false, true]) {
      const loaded = await loadKernel({ polynomialSize, deterministic, shared: true });
      expect(loaded).toMatchObject({
        polynomialSize,
        shared: true,
        flavour: deterministic ? "plain" : "fma",
      });
    }
  }
});

test("a size without a kernel is refused", async () => {
  for (const polynomialSize of [128, 1000, 131072]) {
    await expect(loadKernel({ polynomialSize, deterministic: true, shared: true })).rejects.toThrow(
      RangeError,
    );
  }
});

test("the self-check refuses a module in which any one kind of arithmetic is wrong", async () => {
  const bytes = await moduleBytes(256, "plain");
  expect(answersRight(new WebAssembly.Module(bytes), 256, true, 0)).toBe(true);
  // f64x2.add, sub, mul and i64x2.add, each replaced by a neighbour of the same type.
  for (const [opcode, wrong] of [
    [0xf0, 0xf1],
    [0xf1, 0xf0],
    [0xf2, 0xf3],
    [0xce, 0xd1],
  ]) {
    const broken = bytes.slice();
    for (let i = 0; i + 2 < broken.length; i++) {
      if (broken[i] === 0xfd && broken[i + 1] === opcode && broken[i + 2] === 1) broken[i + 1] = wrong!;
    }
    expect(broken).not.toEqual(bytes);
    expect(answersRight(new WebAssembly.Module(broken), 256, true, 0)).toBe(false);
  }
});

test("roots of unity are accurate to the last place", () => {
  expect(unitRoot(0)).toEqual([1, 0]);
  expect(unitRoot(1 / 4).map((x) => x + 0)).toEqual([0, 1]);
  expect(unitRoot(1 / 8)).toEqual([Math.SQRT1_2, Math.SQRT1_2]);
  // cos and sin of π/16 and of π/8.
  expect(unitRoot(1 / 32)).toEqual([0.9807852804032304, 0.19509032201612828]);
  expect(unitRoot(1 / 16)).toEqual([0.9238795325112867, 0.3826834323650898]);
  let worst = 0;
  for (let i = 0; i < 4096; i++) {
    const [re, im] = unitRoot(i / 4096);
    worst = Math.max(worst, Math.abs(re * re + im * im - 1));
  }
  expect(worst).toBeLessThan(4.5e-16);
});
