import { describe, expect, test } from "vitest";
import { FunctionBuilder } from "../../src/kernel/generator/assembler.ts";
import { double, encodeModule, signed, unsigned } from "../../src/kernel/generator/encoding.ts";
import { f64, f64x2, i32, i64, v128 } from "../../src/kernel/generator/instructions.ts";
import { generateModule } from "../../src/kernel/generator/module.ts";
import { kernelFlavours, polynomialSizes } from "../../src/kernel/variant.ts";
import { Pace } from "../../src/progress.ts";

const bytesOf = (code: string): number[] => Array.from(code, (character) => character.charCodeAt(0));

describe("the binary format", () => {
  test.each([
    [0, [0]],
    [0x7f, [0x7f]],
    [0x80, [0x80, 1]],
    [624485, [0xe5, 0x8e, 0x26]],
    [0x7fffffff, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [0x80000000, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("writes %i without a sign", (value, bytes) => {
    expect(bytesOf(unsigned(value))).toEqual(bytes);
  });

  test.each([
    [0, [0]],
    [-1, [0x7f]],
    [63, [0x3f]],
    [64, [0xc0, 0]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [0x7fffffff, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-0x80000000, [0x80, 0x80, 0x80, 0x80, 0x78]],
    [0x80000000, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [Number.MIN_SAFE_INTEGER, [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x70]],
  ])("writes %i with a sign", (value, bytes) => {
    expect(bytesOf(signed(value))).toEqual(bytes);
  });

  test("writes doubles with their lowest byte first", () => {
    expect(bytesOf(double(-1.5))).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0xbf]);
  });

  // Written by hand from the specification.
  test("is that of the specification", () => {
    const code = Uint8Array.of(0x20, 0, 0x41, 5, 0x36, 2, 0, 0x0b); // local.get 0, i32.const 5, i32.store, end
    const locals = ["i32", "i32", "v128"] as const;
    const module = encodeModule({ initial: 1, maximum: 200, shared: true }, [
      { name: "f", params: ["i32"], locals, code },
      { name: "g", params: ["i64", "f64"], locals: [], code: Uint8Array.of(0x0b) },
      { name: "h", params: ["i32"], locals: [], code: Uint8Array.of(0x0b) },
    ]);
    expect([...module]).toEqual([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 10, 2, 0x60, 1, 0x7f, 0, 0x60, 2, 0x7e, 0x7c, 0],
      ...[2, 31, 2, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 0xc8, 1],
      ...[3, 0x65, 0x6e, 0x76, 6, 0x74, 0x61, 0x62, 0x6c, 0x65, 0x73, 3, 0x7f, 0],
      ...[3, 4, 3, 0, 1, 0],
      ...[7, 13, 3, 1, 0x66, 0, 0, 1, 0x67, 0, 1, 1, 0x68, 0, 2],
      ...[10, 21, 3, 13, 2, 2, 0x7f, 1, 0x7b, ...code, 2, 0, 0x0b, 2, 0, 0x0b],
    ]);
    expect(WebAssembly.validate(module)).toBe(true);
  });
});

/** Makes a module of one function, on a memory of its own. */
function assemble(
  write: (f: FunctionBuilder) => void,
  conventions: { fused?: boolean; paired?: boolean } = {},
): { memory: WebAssembly.Memory; run: (...operands: (number | bigint)[]) => void } {
  const f = new FunctionBuilder("run", { fused: false, paired: true, ...conventions, names: ["run"] });
  write(f);
  const bytes = encodeModule({ initial: 1, maximum: 1, shared: false }, [f.finish()]);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, tables: 512 } });
  return { memory, run: instance.exports.run as (...operands: (number | bigint)[]) => void };
}

describe("a function", () => {
  test("sums what is below a limit", () => {
    const { memory, run } = assemble((f) => {
      const [limit] = f.params("i32");
      const [factor] = f.params("i64");
      const [i] = f.locals("i32");
      const [sum] = f.locals("i64");
      f.forRange(i, 0, limit, 1, () => f.set(sum, i64.add(sum, i64.mul(i64.extend_i32_u(i), factor))));
      f.either(
        i32.eqz(limit),
        () => f.emit(i64.store(f.tables, 8, -1)),
        () => f.emit(i64.store(f.tables, 8, sum)),
      );
    });
    const result = (): bigint => new BigInt64Array(memory.buffer, 520, 1)[0]!;
    run(10, -3n);
    expect(result()).toBe(-135n);
    run(0, 1n);
    expect(result()).toBe(-1n);
  });

  test("calls itself with its operands in order", () => {
    const { memory, run } = assemble((f) => {
      const [address, count] = f.params("i32");
      f.when(count, () => {
        f.emit(i32.store(address, 0, count));
        f.call("run", i32.add(address, 4), i32.sub(count, 1));
      });
    });
    run(64, 3);
    expect([...new Int32Array(memory.buffer, 64, 4)]).toEqual([3, 2, 1, 0]);
  });

  test.each([true, false])("multiplies vectors of complex numbers, paired: %s", (paired) => {
    const { memory, run } = assemble(
      (f) => {
        const [address, end] = f.params("i32");
        f.doWhile(i32.lt_u(address, end), () => {
          const z = { re: f.loadPair(address, 0), im: f.loadPair(address, 32) };
          const w = { re: f.splat(f.tables, 0), im: f.splat(f.tables, 8) };
          const product = f.complexMul(z, w);
          f.storePair(address, 0, product.re);
          f.storePair(address, 32, f.swapLanes(product.im));
          f.increment(address, 64);
        });
      },
      { paired },
    );
    new Float64Array(memory.buffer, 512, 2).set([2, 3]);
    const values = new Float64Array(memory.buffer, 1024, 16);
    for (let i = 0; i < 16; i++) values[i] = i;
    run(1024, 1024 + 128);
    // (re + i·im)·(2 + 3i), of which the imaginary parts change places.
    const [re, im] = [(i: number): number => 2 * i - 3 * (i + 4), (i: number): number => 3 * i + 2 * (i + 4)];
    const expected = [0, 8].flatMap((at) => [
      ...[0, 1, 2, 3].map((i) => re(at + i)),
      ...[1, 0, 3, 2].map((i) => im(at + i)),
    ]);
    expect([...values]).toEqual(expected);
  });

  test("keeps its vectors in few locals, which hold zeros after a body", () => {
    const f = new FunctionBuilder("run", { fused: false, paired: true, names: ["run"] });
    f.once(() => {
      let sum = f.loadPair(f.tables, 0);
      for (let i = 1; i < 20; i++) sum = f.add(sum, f.loadPair(f.tables, 32 * i));
      f.storePair(f.tables, 0, sum);
    });
    const { locals } = f.finish();
    // The address of the tables; the lower half when it is done, a sum, a term; the zero.
    expect(locals).toEqual(["i32", "v128", "v128", "v128", "v128"]);
  });

  test("computes one half after the other unless they are paired", () => {
    const stores = (paired: boolean): number[] => {
      const f = new FunctionBuilder("run", { fused: false, paired, names: ["run"] });
      f.once(() => f.storePair(f.tables, 64, f.loadPair(f.tables, 0)));
      const code = [...f.finish().code];
      const access = (opcode: number): number[] =>
        code.flatMap((byte, i) => (byte === 0xfd && code[i + 1] === opcode ? [code[i + 3]!] : []));
      return [...access(0), ...access(0x0b)];
    };
    expect(stores(true)).toEqual([0, 16, 80, 64]);
    expect(stores(false)).toEqual([0, 16, 64, 80]);
  });

  test("cannot be finished with a vector that is in no body, nor call what is not there", () => {
    const f = new FunctionBuilder("run", { fused: false, paired: true, names: ["run"] });
    expect(() => f.call("walk", 1)).toThrow("run calls walk");
    f.loadPair(f.tables, 0);
    expect(() => f.finish()).toThrow("run has a vector that is in no body");
  });

  test("converts, selects and shuffles as its instructions say", () => {
    const { memory, run } = assemble((f) => {
      const [value] = f.params("i64");
      f.emit(f64.store(0, 0, f64.mul(f64.convert_i64_s(i64.extend16_s(value)), 0.5)));
      f.emit(v128.store(0, 16, f64x2.splat(f64.nearest(2.5))));
      f.emit(i64.store(0, 32, i64.shr_s(i64.add(value, 2 ** 31), 32)));
    });
    run(0x5_8000_8001n);
    expect(new Float64Array(memory.buffer, 0, 1)[0]).toBe(-16383.5);
    expect([...new Float64Array(memory.buffer, 16, 2)]).toEqual([2, 2]);
    expect(new BigInt64Array(memory.buffer, 32, 1)[0]).toBe(6n);
  });
});

describe("the kernel", () => {
  const relaxed = WebAssembly.validate(
    encodeModule({ initial: 1, maximum: 1, shared: false }, [relaxedProbe()]),
  );

  test.each(kernelFlavours.flatMap((flavour) => polynomialSizes.map((size) => [flavour, size] as const)))(
    "validates in the %s flavour for N = %i",
    async (flavour, polynomialSize) => {
      if (flavour === "fma" && !relaxed) return;
      for (const paired of [true, false]) {
        for (const shared of [true, false]) {
          const variant = { polynomialSize, flavour, paired };
          const bytes = await generateModule(variant, shared, new Pace({}));
          expect(WebAssembly.validate(bytes), `${paired} ${shared}`).toBe(true);
        }
      }
    },
  );

  test("differs in one byte where memory is shared", async () => {
    const variant = { polynomialSize: 256, flavour: "plain", paired: true } as const;
    const [own, shared] = [
      await generateModule(variant, false, new Pace({})),
      await generateModule(variant, true, new Pace({})),
    ];
    expect(shared.filter((byte, i) => byte !== own[i])).toEqual(Uint8Array.of(3));
    expect(shared.length).toBe(own.length);
  });
});

function relaxedProbe(): ReturnType<FunctionBuilder["finish"]> {
  const f = new FunctionBuilder("probe", { fused: true, paired: true, names: ["probe"] });
  f.once(() => {
    const x = f.loadPair(f.tables, 0);
    f.storePair(f.tables, 0, f.multiplyAdd(x, x, x));
  });
  return f.finish();
}
