import { describe, expect, test, vi } from "vitest";
import { UnsupportedPlatformError } from "../../src/errors.ts";
import { generateModule } from "../../src/kernel/generator/module.ts";
import { loadKernel } from "../../src/kernel/load.ts";
import { answersRight } from "../../src/kernel/self-check.ts";
import { unitRoot } from "../../src/kernel/tables.ts";
import { Pace } from "../../src/progress.ts";

test("every polynomial size has a kernel of each flavour, in pairs and not", async () => {
  for (let polynomialSize = 256; polynomialSize <= 65536; polynomialSize *= 2) {
    for (const deterministic of [false, true]) {
      for (const paired of [false, true]) {
        const flavour = deterministic ? "plain" : "fma";
        const loaded = await loadKernel({ polynomialSize, deterministic, shared: true, paired });
        expect(loaded).toMatchObject({ polynomialSize, shared: true, flavour, paired });
      }
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

test("where the host refuses to compile, the error says what pages and what other hosts can do", async () => {
  const words = "Wasm code generation disallowed by embedder";
  const compile = vi.spyOn(WebAssembly, "compile").mockRejectedValue(new WebAssembly.CompileError(words));
  const request = { polynomialSize: 256, deterministic: true, shared: false };
  const error = await loadKernel(request).catch((error) => error);
  expect(error).toBeInstanceOf(UnsupportedPlatformError);
  expect(error.message).toMatch(
    /^this host does not let .* page's Content-Security-Policy .* 'wasm-unsafe-eval'; .* files alone/,
  );
  expect(error.message).toContain(words);
  compile.mockRestore();
  await loadKernel(request); // the refusal is not remembered
});

const swapLanes = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const keepLanes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** SIMD opcodes (with what follows them), and neighbours of the same type. */
const mutations: [name: string, opcode: number[], wrong: number[]][] = [
  ["f64x2.add", [0xf0, 1], [0xf1, 1]],
  ["f64x2.sub", [0xf1, 1], [0xf0, 1]],
  ["f64x2.mul", [0xf2, 1], [0xf3, 1]],
  ["i64x2.add", [0xce, 1], [0xd1, 1]],
  ["i64x2.sub (rotation)", [0xd1, 1], [0xce, 1]],
  ["i64x2.shl", [0xcb, 1], [0xcd, 1]],
  ["i8x16.shuffle (lane swaps)", [0x0d, ...swapLanes], [0x0d, ...keepLanes]],
  ["i32x4.mul (key switch)", [0xb5, 1], [0xae, 1]],
  ["i32x4.sub (key switch)", [0xb1, 1], [0xae, 1]],
  ["i32x4.shr_s (AES)", [0xac, 1], [0xad, 1]],
  ["v128.and", [0x4e], [0x50]],
  ["v128.xor", [0x51], [0x50]],
];

/** Where an opcode stands in a module. */
function placesOf(bytes: Uint8Array, opcode: readonly number[]): number[] {
  const matches = (at: number): boolean => opcode.every((byte, i) => bytes[at + 1 + i] === byte);
  return [...bytes.keys()].filter((at) => bytes[at] === 0xfd && matches(at));
}

function mutated(
  bytes: Uint8Array<ArrayBuffer>,
  places: readonly number[],
  opcode: readonly number[],
): WebAssembly.Module {
  const broken = bytes.slice();
  for (const at of places) broken.set(opcode, at + 1);
  return new WebAssembly.Module(broken);
}

const variants = (["plain", "fma"] as const).flatMap((flavour) =>
  [true, false].map((paired) => ({ polynomialSize: 256, flavour, paired })),
);

describe.each(variants)("the self-check of the $flavour flavour, paired: $paired", (variant) => {
  const pace = new Pace({});

  test("passes, in shared memory and in its own", async () => {
    for (const shared of [true, false]) {
      const module = new WebAssembly.Module(await generateModule(variant, shared, pace));
      expect(await answersRight(module, 256, shared, 0, pace)).toBe(true);
    }
  });

  test.each(mutations)("refuses a wrong %s, everywhere", async (_, opcode, wrong) => {
    const bytes = await generateModule(variant, true, pace);
    const places = placesOf(bytes, opcode);
    expect(places).not.toEqual([]);
    expect(await answersRight(mutated(bytes, places, wrong), 256, true, 0, pace)).toBe(false);
  });

  test.each(mutations.filter(([name]) => name.includes("(")))(
    "refuses a wrong %s, in any one place",
    async (_, opcode, wrong) => {
      const bytes = await generateModule(variant, true, pace);
      for (const place of placesOf(bytes, opcode)) {
        const right = await answersRight(mutated(bytes, [place], wrong), 256, true, 0, pace);
        expect(right, `at ${place}`).toBe(false);
      }
    },
  );

  test("lets other tasks run while it repeats the computations", async () => {
    const module = new WebAssembly.Module(await generateModule(variant, true, pace));
    let tasks = 0;
    const timer = setInterval(() => tasks++, 1);
    expect(await answersRight(module, 256, true, 60, pace)).toBe(true);
    clearInterval(timer);
    expect(tasks).toBeGreaterThan(1);
  });
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
