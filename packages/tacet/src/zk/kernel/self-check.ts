import { time } from "../../realm.ts";
import { CurveKernel } from "./kernel.ts";
import { quadBytes } from "./layout.ts";
import { BASE_FIELD, LANES, mod, SCALAR_FIELD } from "./prime-field.ts";

/** Values whose limbs are large, small and 0, of both signs. */
function samples(modulus: bigint): bigint[] {
  const values = [0n, 1n, modulus - 1n, modulus >> 1n, (modulus >> 1n) + 1n, (1n << 250n) - 1n];
  for (let i = 0; i < 10; i++) values.push(mod(values.at(-1)! ** 3n + 0x123456789abcdefn, modulus));
  return values;
}

/**
 * Whether an instance of the module multiplies as it should: without fused multiply-adds that are fused, or where the engine
 * joins pairs wrongly, it does not.
 *
 * @param warmUp milliseconds for which to compute before comparing, so that optimized code is what is checked.
 */
export function answersRight(module: WebAssembly.Module, shared: boolean, warmUp: number): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
  CurveKernel.writeTables(memory, 64);
  const kernel = new CurveKernel(module, memory, 64);
  const { functions } = kernel;
  const [a, b, product, square, sum, two] = [0, 1, 2, 3, 4, 5].map((i) => 8192 + i * quadBytes("extension"));
  const end = time() + warmUp;
  for (const [element, { modulus }] of [
    ["scalar", SCALAR_FIELD],
    ["base", BASE_FIELD],
  ] as const) {
    const values = samples(modulus);
    for (let i = 0; i < values.length; i++) {
      const pairs = Array.from({ length: LANES }, (_, lane) => [
        values[i]!,
        values[(i + 5 * lane) % values.length]!,
      ]);
      for (const [lane, [x, y]] of pairs.entries()) {
        kernel.write(element, a, lane, x!);
        kernel.write(element, b, lane, y!);
      }
      do {
        functions[`${element}Multiply`](product, a, b);
        functions[`${element}Square`](square, a);
        functions[`${element}Subtract`](sum, a, b);
        functions.baseMultiplyTwo(two, a, b, b, b);
      } while (time() < end);
      const right = pairs.every(([x, y], lane) => {
        const is = (quad: number, value: bigint) => kernel.read(element, quad, lane) === mod(value, modulus);
        if (element === "base" && !is(two, (x! + y!) * y!)) return false;
        return is(product, x! * y!) && is(square, x! * x!) && is(sum, x! - y!);
      });
      if (!right) return false;
    }
  }
  return true;
}
