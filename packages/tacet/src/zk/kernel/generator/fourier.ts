import type { FunctionBuilder, Vector } from "../../../kernel/generator/assembler.ts";
import { type I32, i32, type Local } from "../../../kernel/generator/instructions.ts";
import { quadBytes } from "../layout.ts";
import { SCALAR_FIELD } from "../prime-field.ts";
import type { Writer } from "./arithmetic.ts";
import { FieldWriter, type Quad } from "./field.ts";

/*
 * Number-theoretic transforms of four polynomials over the scalars, one in each lane, by butterflies of two points
 * (Gentleman, Sande, "Fast Fourier transforms: for fun and profit", 1966, and Cooley, Tukey, 1965, back): between the two,
 * points are in the order of reversed bits, which products need not know.
 */

const SIZE = quadBytes("scalar");

/** Bytes of a root of unity, which all lanes have in common. */
export const ROOT_BYTES: number = 8 * SCALAR_FIELD.limbs;

/** The root at an address, in all lanes. */
const root = (f: FunctionBuilder, address: Local<"i32">): Quad =>
  Array.from({ length: SCALAR_FIELD.limbs }, (_, i): Vector => f.splat(address, 8 * i));

/** Runs a butterfly on each point of a lower half of a block, with the point `half` bytes above and its root. */
function butterflies(
  write: (F: FieldWriter, lower: Local<"i32">, upper: Local<"i32">, root: Quad) => void,
): Writer {
  return (f) => {
    const [block, half, roots, step] = f.params("i32");
    const [upper, end] = f.locals("i32");
    f.set(end, i32.add(block, half));
    f.set(upper, end);
    f.doWhile(i32.lt_u(block, end as I32), () => {
      write(new FieldWriter(f, SCALAR_FIELD), block, upper, root(f, roots));
      f.increment(block, SIZE);
      f.increment(upper, SIZE);
      f.increment(roots, step);
    });
  };
}

export const fourier: Readonly<Record<string, Writer>> = {
  /** (x, y) becomes (x + y, (x − y)·root). Limbs of what is given may be up to 2^51. */
  scalarForward: butterflies((F, lower, upper, w) => {
    const [x, y] = [F.load(lower), F.load(upper)];
    F.store(lower, F.reduced(F.add(x, y)));
    F.store(upper, F.multiply([F.sub(x, y), w]));
  }),
  /** (x, y) becomes (x + y·root, x − y·root). */
  scalarBackward: butterflies((F, lower, upper, w) => {
    const y = F.multiply([F.load(upper), w]);
    const x = F.load(lower);
    F.store(lower, F.reduced(F.add(x, y)));
    F.store(upper, F.reduced(F.sub(x, y)));
  }),
};
