import type { FunctionBuilder } from "../../../kernel/generator/assembler.ts";
import { type I32, i32, type Local } from "../../../kernel/generator/instructions.ts";
import { COORDINATES, type Coordinates, quadBytes } from "../layout.ts";
import type { Writer } from "./arithmetic.ts";

/*
 * Sums of projective points, four at a time, by formulas without exceptions (Renes, Costello, Batina, "Complete addition
 * formulas for prime order elliptic curves", Eurocrypt 2016, algorithms 7 and 9): what is added may be infinity, or the same
 * point. They would fail for points whose difference has order 2; then all coordinates of the result are 0.
 */

/** Temporary quads. */
export const PROJECTIVE_SCRATCH = 8;

function projectiveFunctions(name: Coordinates): Record<string, Writer> {
  const size = quadBytes(name);
  const coordinates = (point: Local<"i32">): [I32, I32, I32] => [
    point,
    i32.add(point, size),
    i32.add(point, 2 * size),
  ];
  const temporaries = (scratch: Local<"i32">): I32[] =>
    Array.from({ length: PROJECTIVE_SCRATCH }, (_, i) => i32.add(scratch, i * size));
  const caller =
    (f: FunctionBuilder) =>
    (operation: string, ...operands: I32[]): void =>
      f.call(`${name}${operation}`, ...operands);

  /** addProjective(out, a, b, scratch): out may be one of the operands. */
  const add: Writer = (f) => {
    const [out, a, b, scratch] = f.params("i32");
    const call = caller(f);
    const [x1, y1, z1] = coordinates(a);
    const [x2, y2, z2] = coordinates(b);
    const [x3, y3, z3] = coordinates(out);
    const [xx, yy, zz, xy, yz, xz, sum, difference] = temporaries(scratch);
    call("Multiply", xx, x1, x2);
    call("Multiply", yy, y1, y2);
    call("Multiply", zz, z1, z2);
    call("MultiplyTwo", xy, x1, y2, x2, y1);
    call("MultiplyTwo", yz, y1, z2, y2, z1);
    call("MultiplyTwo", xz, x1, z2, x2, z1);
    call("TimesB3", zz, zz);
    call("TimesB3", xz, xz);
    call("Add", sum, yy, zz);
    call("Subtract", difference, yy, zz);
    call("Add", yy, xx, xx);
    call("Add", xx, xx, yy);
    call("MultiplyTwo", y3, xz, xx, difference, sum);
    call("MultiplyTwo", z3, sum, yz, xx, xy);
    call("Subtract", xx, xx, xx);
    call("Subtract", xz, xx, xz);
    call("MultiplyTwo", x3, xy, difference, yz, xz);
  };

  /** doubleProjective(out, a, scratch): out may be the operand. */
  const double: Writer = (f) => {
    const [out, a, scratch] = f.params("i32");
    const call = caller(f);
    const [x1, y1, z1] = coordinates(a);
    const [x3, y3, z3] = coordinates(out);
    const [yy, zz, yz, xy, eight, sum, difference] = temporaries(scratch);
    call("Square", yy, y1);
    call("Square", zz, z1);
    call("TimesB3", zz, zz);
    call("Multiply", yz, y1, z1);
    call("Multiply", xy, x1, y1);
    call("Add", eight, yy, yy);
    call("Add", eight, eight, eight);
    call("Add", eight, eight, eight);
    call("Add", sum, yy, zz);
    call("Multiply", z3, yz, eight);
    call("Add", difference, zz, zz);
    call("Add", difference, difference, zz);
    call("Subtract", difference, yy, difference);
    call("MultiplyTwo", y3, zz, eight, difference, sum);
    call("Add", xy, xy, xy);
    call("Multiply", x3, difference, xy);
  };

  return { [`${name}AddProjective`]: add, [`${name}DoubleProjective`]: double };
}

export const projective: Readonly<Record<string, Writer>> = Object.assign(
  {},
  ...COORDINATES.map(projectiveFunctions),
);
