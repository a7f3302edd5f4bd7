import { type EncodedFunction, unsigned, type ValueType } from "./encoding.ts";
import {
  call,
  control,
  type Effect,
  f64x2,
  firstLocal,
  global,
  type I32,
  i8x16,
  i32,
  i64,
  i64x2,
  type Local,
  local,
  type Value,
  v128,
} from "./instructions.ts";

/**
 * A vector of the generated code: two v128 values that lie side by side in memory. Engines that can join 128-bit
 * operations into 256-bit ones find the two halves next to each other, always in the same order. A half must not be
 * loaded from where the same body stores the other one.
 */
export type Vector = readonly [lower: Local<"v128">, upper: Local<"v128">];

/** A complex vector. */
export interface Complex {
  readonly re: Vector;
  readonly im: Vector;
}

/** Something for each half of a vector. */
export type Halves<T> = readonly [lower: T, upper: T];

interface Statement {
  readonly effect: Effect;
  /** Which half of a vector it computes or stores, if it is to be moved behind the other half or before it. */
  readonly half: 0 | 1 | undefined;
}

/** A parameter, a local, the local that is never set, or a vector. */
interface Variable {
  readonly type: ValueType;
  readonly kind: "parameter" | "local" | "zero" | "vector";
  /** Of a vector: the number of the local in which it lies, once that is known. */
  place: number | undefined;
}

/** What the functions of a module have in common. */
export interface Conventions {
  /** Whether a multiplication and an addition are fused. */
  readonly fused: boolean;
  /**
   * Whether the halves of a vector are computed side by side or one after the other. Side by side is for engines that
   * join halves; the others need half as many registers where one half is done before the next begins.
   */
  readonly paired: boolean;
  /** The functions of the module in the order of their numbers. */
  readonly names: readonly string[];
}

/** Builds one function, statement by statement, in the order in which it will run. */
export class FunctionBuilder {
  readonly #name: string;
  readonly #conventions: Conventions;
  /** By the numbers that stand for them in the code. */
  readonly #variables: Variable[] = [];
  readonly #statements: Statement[] = [];
  /** Never set, so that it holds zeros. */
  readonly #zero: Local<"v128"> = this.#declare("v128", "zero");
  /** Address of the tables. */
  readonly tables: Local<"i32">;

  constructor(name: string, conventions: Conventions) {
    this.#name = name;
    this.#conventions = conventions;
    this.tables = this.let("i32", global.get(0));
  }

  get paired(): boolean {
    return this.#conventions.paired;
  }

  get fused(): boolean {
    return this.#conventions.fused;
  }

  /** Declares as many parameters as are taken: `const [a, b] = f.params("i32")`. */
  *params<T extends ValueType>(type: T): Generator<Local<T>, never> {
    for (;;) yield this.#declare(type, "parameter");
  }

  /** Declares as many locals as are taken: `const [a, b] = f.locals("i32")`. */
  *locals<T extends ValueType>(type: T): Generator<Local<T>, never> {
    for (;;) yield this.local(type);
  }

  /** Declares a local. */
  local<T extends ValueType>(type: T): Local<T> {
    return this.#declare(type, "local");
  }

  #declare<T extends ValueType>(type: T, kind: Variable["kind"]): Local<T> {
    return local.get(this.#add(type, kind));
  }

  /** Adds a variable; gives its number. */
  #add(type: ValueType, kind: Variable["kind"]): number {
    return this.#variables.push({ type, kind, place: undefined }) - 1;
  }

  emit(effect: Effect, half?: 0 | 1): void {
    this.#statements.push({ effect, half });
  }

  set<T extends "i32" | "i64" | "v128">(
    target: Local<T>,
    value: Value<T> | (T extends "v128" ? never : number),
  ): void {
    const { type } = this.#variables[local.numberOf(target)]!;
    const constant = type === "i64" ? i64.const : i32.const;
    this.emit(local.set(target, typeof value === "number" ? constant(value) : value));
  }

  /** Declares a local and sets it. A vector's place is chosen at the end of the body that it belongs to. */
  let<T extends ValueType>(type: T, value: Value<T>): Local<T> {
    const target = this.#declare(type, type === "v128" ? "vector" : "local");
    this.emit(local.set(target, value));
    return target;
  }

  increment(counter: Local<"i32">, step: I32): void {
    this.set(counter, i32.add(counter, step));
  }

  call(name: string, ...operands: (Value | number)[]): void {
    const index = this.#conventions.names.indexOf(name);
    if (index < 0) throw new Error(`${this.#name} calls ${name}, which is not there`);
    const values = operands.map((operand) => (typeof operand === "number" ? i32.const(operand) : operand));
    this.emit(call(index, values));
  }

  /** Runs the body, whose vectors share locals and do not outlive it. */
  once(body: () => void): void {
    const first = this.#statements.length;
    body();
    this.#orderHalves(first);
    this.#placeVectors(first);
  }

  /** Runs the body, then again as long as `condition` holds. */
  doWhile(condition: I32, body: () => void): void {
    this.emit(control.loop);
    this.once(body);
    this.emit(control.br_if(0, condition));
    this.emit(control.end);
  }

  /** Runs the body again and again, until `condition` holds. */
  until(condition: I32, body: () => void): void {
    this.emit(control.block);
    this.emit(control.loop);
    this.emit(control.br_if(1, condition));
    body();
    this.emit(control.br(0));
    this.emit(control.end);
    this.emit(control.end);
  }

  /** Counts a local from `start` while it is below `end` (unsigned). */
  forRange(counter: Local<"i32">, start: I32, end: I32, step: number, body: () => void): void {
    this.set(counter, start);
    this.until(i32.ge_u(counter, end), () => {
      body();
      this.increment(counter, step);
    });
  }

  /** Runs the body if the condition holds. */
  when(condition: I32, body: () => void): void {
    this.emit(control.if(condition));
    body();
    this.emit(control.end);
  }

  /** Runs one body if the condition holds, the other if not. */
  either(condition: I32, then: () => void, otherwise: () => void): void {
    this.emit(control.if(condition));
    then();
    this.emit(control.else);
    otherwise();
    this.emit(control.end);
  }

  /**
   * In each run of statements that compute halves, puts the lower halves before the upper ones: with their stores
   * unless they are paired, so that nothing of the upper half has to be loaded before the lower one is done.
   */
  #orderHalves(first: number): void {
    const body = this.#statements.splice(first);
    for (let start = 0; start < body.length; ) {
      let end = start;
      while (body[end]?.half !== undefined) end++;
      const run = body.slice(start, end);
      for (const half of [0, 1]) this.#statements.push(...run.filter((statement) => statement.half === half));
      if (end < body.length) this.#statements.push(body[end]!);
      start = end + 1;
    }
  }

  /**
   * Gives the vectors of a body as few locals as they need, and clears them at its end. Otherwise V8 keeps in a loop
   * each of them as a value that the next iteration might want, which stands in the way of joining halves.
   */
  #placeVectors(first: number): void {
    const code = this.#codeFrom(first);
    const lastUse: number[] = [];
    for (let at = 0; at < code.length; at++) {
      const number = code.charCodeAt(at) - firstLocal;
      if (number < 0) continue;
      const { kind, place } = this.#variables[number]!;
      if (kind === "vector" && place === undefined) lastUse[number] = at;
    }
    const free: number[] = [];
    const taken = new Set<number>();
    for (let at = 0; at < code.length; at++) {
      const number = code.charCodeAt(at) - firstLocal;
      if (number < 0 || lastUse[number] === undefined) continue;
      const vector = this.#variables[number]!;
      if (vector.place === undefined) {
        vector.place = free.pop() ?? this.#add("v128", "local");
        taken.add(vector.place);
      } else if (lastUse[number] === at) free.push(vector.place);
    }
    for (const place of taken) this.emit(local.set(local.get(place), this.#zero));
  }

  // Vectors.

  #half(half: 0 | 1, value: Value<"v128">): Local<"v128"> {
    const vector = this.#declare("v128", "vector");
    this.emit(local.set(vector, value), half);
    return vector;
  }

  /** Computes the lower half of a vector, then the upper one. */
  #halves(compute: (half: 0 | 1) => Value<"v128">): Vector {
    return [this.#half(0, compute(0)), this.#half(1, compute(1))];
  }

  /** Loads halves at the given offsets. */
  load(address: I32, offsets: Halves<number>): Vector {
    return this.#halves((half) => v128.load(address, offsets[half]));
  }

  /** Loads two adjacent halves. */
  loadPair(address: I32, offset: number): Vector {
    return this.load(address, [offset, offset + 16]);
  }

  /** Loads 64 bits into every lane of every half. */
  splat(address: I32, offset: number): Vector {
    return this.#halves(() => v128.load64_splat(address, offset));
  }

  /** Stores two adjacent halves. */
  storePair(address: I32, offset: number, value: Vector): void {
    this.storeHalves(address, [offset, offset + 16], value);
  }

  /** Stores halves at the given offsets; the upper one first, without which V8 does not join them. */
  storeHalves(address: I32, offsets: Halves<number>, value: Vector): void {
    for (const half of [1, 0] as const) {
      this.emit(v128.store(address, offsets[half], value[half]), this.paired ? undefined : half);
    }
  }

  /** All bits zero. */
  zeros(): Vector {
    return this.#halves(() => v128.const(0));
  }

  add(a: Vector, b: Vector): Vector {
    return this.#halves((half) => f64x2.add(a[half], b[half]));
  }

  sub(a: Vector, b: Vector): Vector {
    return this.#halves((half) => f64x2.sub(a[half], b[half]));
  }

  mul(a: Vector, b: Vector): Vector {
    return this.#halves((half) => f64x2.mul(a[half], b[half]));
  }

  /** a·b + c, rounded once where fused. */
  multiplyAdd(a: Vector, b: Vector, c: Vector): Vector {
    if (!this.#conventions.fused) return this.add(c, this.mul(a, b));
    return this.#halves((half) => f64x2.relaxed_madd(a[half], b[half], c[half]));
  }

  /** c − a·b, rounded once where fused. */
  multiplySubtract(a: Vector, b: Vector, c: Vector): Vector {
    if (!this.#conventions.fused) return this.sub(c, this.mul(a, b));
    return this.#halves((half) => f64x2.relaxed_nmadd(a[half], b[half], c[half]));
  }

  add64(a: Vector, b: Vector): Vector {
    return this.#halves((half) => i64x2.add(a[half], b[half]));
  }

  sub64(a: Vector, b: Vector): Vector {
    return this.#halves((half) => i64x2.sub(a[half], b[half]));
  }

  xor(a: Vector, b: Vector): Vector {
    return this.#halves((half) => v128.xor(a[half], b[half]));
  }

  or(a: Vector, b: Vector): Vector {
    return this.#halves((half) => v128.or(a[half], b[half]));
  }

  and(a: Vector, b: Vector): Vector {
    return this.#halves((half) => v128.and(a[half], b[half]));
  }

  /** Shifts 64-bit lanes. */
  shift64(direction: "shl" | "shr_u", a: Vector, count: I32): Vector {
    return this.#halves((half) => i64x2[direction](a[half], count));
  }

  /** Exchanges the two lanes of each half. */
  swapLanes(a: Vector): Vector {
    return this.rotateWords(a, 2);
  }

  /** Moves the 32-bit lanes of each half down by `count` places; those that fall out come in at the top. */
  rotateWords(a: Vector, count: number): Vector {
    if (count === 0) return a;
    const order = Array.from({ length: 16 }, (_, byte) => (byte + 4 * count) % 16);
    return this.#halves((half) => i8x16.shuffle(order, a[half], a[half]));
  }

  /** z·w. */
  complexMul(z: Complex, w: Complex): Complex {
    const re = this.mul(z.re, w.re);
    const im = this.mul(z.re, w.im);
    return { re: this.multiplySubtract(z.im, w.im, re), im: this.multiplyAdd(z.im, w.re, im) };
  }

  /** z·conj(w). */
  complexMulConjugate(z: Complex, w: Complex): Complex {
    const re = this.mul(z.re, w.re);
    const im = this.mul(z.im, w.re);
    return { re: this.multiplyAdd(z.im, w.im, re), im: this.multiplySubtract(z.re, w.im, im) };
  }

  complexAdd(a: Complex, b: Complex): Complex {
    return { re: this.add(a.re, b.re), im: this.add(a.im, b.im) };
  }

  complexSub(a: Complex, b: Complex): Complex {
    return { re: this.sub(a.re, b.re), im: this.sub(a.im, b.im) };
  }

  /** a + i·b. */
  complexAddTimesI(a: Complex, b: Complex): Complex {
    return { re: this.sub(a.re, b.im), im: this.add(a.im, b.re) };
  }

  /** a − i·b. */
  complexSubTimesI(a: Complex, b: Complex): Complex {
    return { re: this.add(a.re, b.im), im: this.sub(a.im, b.re) };
  }

  /** The function, in which locals lie type by type. */
  finish(): EncodedFunction {
    const ofKind: Record<Variable["kind"], number[]> = { parameter: [], local: [], zero: [], vector: [] };
    for (const [number, { kind }] of this.#variables.entries()) ofKind[kind].push(number);
    const typeOf = (number: number): ValueType => this.#variables[number]!.type;
    const params = ofKind.parameter;
    const own = [...ofKind.local, ...ofKind.zero];
    const types = [...new Set(own.map(typeOf))];
    const locals = types.flatMap((type) => own.filter((number) => typeOf(number) === type));
    const indices: number[] = [];
    for (const [index, number] of [...params, ...locals].entries()) indices[number] = index;
    for (const number of ofKind.vector) {
      const { place } = this.#variables[number]!;
      if (place === undefined) throw new Error(`${this.#name} has a vector that is in no body`);
      indices[number] = indices[place]!;
    }
    const symbolic = this.#codeFrom(0) + control.end;
    const encoded = indices.map(unsigned);
    const code = new Uint8Array(2 * symbolic.length);
    let length = 0;
    for (let at = 0; at < symbolic.length; at++) {
      const byte = symbolic.charCodeAt(at);
      if (byte < firstLocal) code[length++] = byte;
      else for (const part of encoded[byte - firstLocal]!) code[length++] = part.charCodeAt(0);
    }
    return {
      name: this.#name,
      params: params.map(typeOf),
      locals: locals.map(typeOf),
      code: code.slice(0, length),
    };
  }

  /** The code of the statements from a place on. */
  #codeFrom(first: number): string {
    return this.#statements
      .slice(first)
      .map(({ effect }) => effect)
      .join("");
  }
}
