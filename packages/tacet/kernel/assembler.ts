/**
 * A vector of the generated code: one v128 value, or two that lie side by side in memory. Engines that can join
 * 128-bit operations into 256-bit ones find the two halves next to each other, always in the same order. A half must
 * not be loaded from where the same body stores the other one.
 * Each element is WebAssembly text that reads a local, so using it twice costs nothing.
 */
export type Vector = readonly string[];

/** A complex vector. */
export interface Complex {
  readonly re: Vector;
  readonly im: Vector;
}

type ValueType = "i32" | "i64" | "f64" | "v128";

/** An i32 expression in WebAssembly text. */
export type Expression = string;

export const get = (name: string): Expression => `(local.get $${name})`;
export const i32 = (value: number): Expression => `(i32.const ${value})`;
export const add32 = (a: Expression, b: Expression | number): Expression =>
  b === 0 ? a : `(i32.add ${a} ${typeof b === "number" ? i32(b) : b})`;
export const sub32 = (a: Expression, b: Expression): Expression => `(i32.sub ${a} ${b})`;
export const mul32 = (a: Expression, b: Expression | number): Expression =>
  `(i32.mul ${a} ${typeof b === "number" ? i32(b) : b})`;
export const and32 = (a: Expression, mask: number): Expression => `(i32.and ${a} ${i32(mask)})`;
export const shl32 = (a: Expression, count: number): Expression => `(i32.shl ${a} ${i32(count)})`;
export const shr32 = (a: Expression, count: number): Expression => `(i32.shr_u ${a} ${i32(count)})`;
export const load32 = (address: Expression, offset = 0): Expression =>
  `(i32.load offset=${offset} ${address})`;
export const load64 = (address: Expression, offset = 0): Expression =>
  `(i64.load offset=${offset} ${address})`;

interface Line {
  text: string;
  /** Which half of a vector it computes or stores, if it is to be moved behind the other half or before it. */
  readonly half?: number;
}

/** Builds one function as WebAssembly text, statement by statement, in the order in which it will run. */
export class FunctionBuilder {
  readonly #name: string;
  readonly #params: readonly string[];
  readonly #locals: string[] = [];
  readonly #lines: Line[] = [];
  readonly #fused: boolean;
  /** Whether the halves of a vector are computed side by side or one after the other. */
  readonly paired: boolean;
  #labels = 0;
  #vectors = 0;

  /**
   * `params` are written as "name" for i32, or as "name:type". `fused` chooses the fused multiply-add. `paired` is for
   * engines that join halves; the others need half as many registers where one half is done before the next begins.
   */
  constructor(name: string, params: readonly string[], options: { fused: boolean; paired: boolean }) {
    this.#name = name;
    this.#params = params;
    this.#fused = options.fused;
    this.paired = options.paired;
  }

  emit(text: string, half?: number): void {
    this.#lines.push(half === undefined ? { text } : { text, half });
  }

  /** Declares a local. */
  local(type: ValueType, name: string = `t${this.#locals.length}`): string {
    this.#locals.push(`(local $${name} ${type})`);
    return name;
  }

  set(name: string, value: string): void {
    this.emit(`(local.set $${name} ${value})`);
  }

  /** Declares a local, sets it, and returns the text that reads it. */
  let(type: ValueType, value: string, name?: string): string {
    const local = type === "v128" ? `v${this.#vectors++}` : this.local(type, name);
    this.set(local, value);
    return get(local);
  }

  increment(name: string, step: number): void {
    this.set(name, add32(get(name), step));
  }

  store(type: ValueType, address: Expression, offset: number, value: string): void {
    this.emit(`(${type}.store offset=${offset} ${address} ${value})`);
  }

  call(name: string, ...values: Expression[]): void {
    this.emit(`(call $${name} ${values.join(" ")})`);
  }

  /** Runs the body, whose vectors share locals and do not outlive it. */
  once(body: () => void): void {
    const first = this.#lines.length;
    body();
    this.#orderHalves(first);
    this.#reuseLocals(first);
  }

  /** Runs the body, then again as long as `condition` holds. */
  doWhile(condition: Expression, body: () => void): void {
    const label = `l${this.#labels++}`;
    this.emit(`(loop $${label}`);
    this.once(body);
    this.emit(`(br_if $${label} ${condition}))`);
  }

  /**
   * In each run of lines that compute halves, puts the lower halves before the upper ones: with their stores unless
   * they are paired, so that nothing of the upper half has to be loaded before the lower one is done.
   */
  #orderHalves(first: number): void {
    const halfOf = (at: number): number | undefined => this.#lines[at]?.half;
    for (let start = first; start < this.#lines.length; start++) {
      let end = start;
      while (halfOf(end) !== undefined) end++;
      const run = this.#lines.slice(start, end).sort((a, b) => a.half! - b.half!);
      this.#lines.splice(start, run.length, ...run);
      start = end;
    }
  }

  /**
   * Gives the vectors of a body as few locals as they need, and clears them at its end. Otherwise V8 keeps in a loop
   * each of them as a value that the next iteration might want, which stands in the way of joining halves.
   */
  #reuseLocals(first: number): void {
    const lastUse = new Map<string, number>();
    for (let i = first; i < this.#lines.length; i++) {
      for (const [, name] of this.#lines[i]!.text.matchAll(/\$(v\d+)\b/g)) lastUse.set(name!, i);
    }
    const free: string[] = [];
    const places = new Map<string, string>();
    for (let i = first; i < this.#lines.length; i++) {
      const line = this.#lines[i]!;
      const names = new Set([...line.text.matchAll(/\$(v\d+)\b/g)].map(([, name]) => name!));
      for (const name of names) if (lastUse.get(name) === i && places.has(name)) free.push(places.get(name)!);
      for (const name of names) if (!places.has(name)) places.set(name, free.pop() ?? this.local("v128"));
      line.text = line.text.replace(/\$(v\d+)\b/g, (_, name: string) => `$${places.get(name)}`);
    }
    for (const place of new Set(places.values())) this.set(place, get("zero"));
  }

  /** Counts an i32 local from `start` while it is below `end` (unsigned). */
  forRange(name: string, start: Expression, end: Expression, step: number, body: () => void): void {
    const label = `l${this.#labels++}`;
    this.set(name, start);
    this.emit(`(block $out${label} (loop $${label}`);
    this.emit(`(br_if $out${label} (i32.ge_u ${get(name)} ${end}))`);
    body();
    this.increment(name, step);
    this.emit(`(br $${label})))`);
  }

  /** Runs the body if the condition holds. */
  when(condition: Expression, body: () => void): void {
    this.emit(`(if ${condition} (then`);
    body();
    this.emit("))");
  }

  /** Runs one body if the condition holds, the other if not. */
  either(condition: Expression, then: () => void, otherwise: () => void): void {
    this.emit(`(if ${condition} (then`);
    then();
    this.emit(") (else");
    otherwise();
    this.emit("))");
  }

  // Vectors.

  #half(half: number, value: string): string {
    const local = `v${this.#vectors++}`;
    this.emit(`(local.set $${local} ${value})`, half);
    return get(local);
  }

  #map(...operands: Vector[]): (instruction: string) => Vector {
    const width = Math.max(...operands.map((operand) => operand.length));
    return (instruction) => {
      const halves: string[] = [];
      for (let half = 0; half < width; half++) {
        const values = operands.map((operand) => operand[Math.min(half, operand.length - 1)]);
        halves.push(this.#half(half, `(${instruction} ${values.join(" ")})`));
      }
      return halves;
    };
  }

  /** Loads halves at the given offsets. */
  load(address: Expression, offsets: readonly number[]): Vector {
    return offsets.map((offset, half) => this.#half(half, `(v128.load offset=${offset} ${address})`));
  }

  /** Loads two adjacent halves. */
  loadPair(address: Expression, offset: number): Vector {
    return this.load(address, [offset, offset + 16]);
  }

  /** Loads 64 bits into every lane of every half. */
  splat(address: Expression, offset: number): Vector {
    return [0, 1].map((half) => this.#half(half, `(v128.load64_splat offset=${offset} ${address})`));
  }

  /** Stores two adjacent halves; the upper one first, without which V8 does not join them. */
  storePair(address: Expression, offset: number, value: Vector): void {
    this.storeHalves(address, [offset, offset + 16], value);
  }

  /** Stores halves at the given offsets. */
  storeHalves(address: Expression, offsets: readonly number[], value: Vector): void {
    for (const half of [1, 0]) {
      const text = `(v128.store offset=${offsets[half]} ${address} ${value[half]})`;
      this.emit(text, this.paired ? undefined : half);
    }
  }

  add(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("f64x2.add");
  }

  sub(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("f64x2.sub");
  }

  mul(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("f64x2.mul");
  }

  /** a·b + c, rounded once where fused. */
  multiplyAdd(a: Vector, b: Vector, c: Vector): Vector {
    return this.#fused ? this.#map(a, b, c)("f64x2.relaxed_madd") : this.add(c, this.mul(a, b));
  }

  /** c − a·b, rounded once where fused. */
  multiplySubtract(a: Vector, b: Vector, c: Vector): Vector {
    return this.#fused ? this.#map(a, b, c)("f64x2.relaxed_nmadd") : this.sub(c, this.mul(a, b));
  }

  add64(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("i64x2.add");
  }

  sub64(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("i64x2.sub");
  }

  xor(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("v128.xor");
  }

  or(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("v128.or");
  }

  and(a: Vector, b: Vector): Vector {
    return this.#map(a, b)("v128.and");
  }

  /** Shifts 64-bit lanes; the count is an i32 expression. */
  shift64(direction: "shl" | "shr_u", a: Vector, count: Expression): Vector {
    return a.map((value, half) => this.#half(half, `(i64x2.${direction} ${value} ${count})`));
  }

  /** Exchanges the two lanes of each half. */
  swapLanes(a: Vector): Vector {
    return this.rotateWords(a, 2);
  }

  /** Moves the 32-bit lanes of each half down by `count` places; those that fall out come in at the top. */
  rotateWords(a: Vector, count: number): Vector {
    if (count === 0) return a;
    const order = Array.from({ length: 16 }, (_, byte) => (byte + 4 * count) % 16).join(" ");
    return a.map((value, half) => this.#half(half, `(i8x16.shuffle ${order} ${value} ${value})`));
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

  toString(): string {
    const params = this.#params.map((param) => {
      const [name, type] = param.split(":");
      return `(param $${name} ${type ?? "i32"})`;
    });
    this.local("v128", "zero");
    const head = `$${this.#name} (export "${this.#name}") ${params.join(" ")}`;
    return `(func ${head}\n${this.#locals.join(" ")}\n${this.#lines.map(({ text }) => text).join("\n")})`;
  }
}
