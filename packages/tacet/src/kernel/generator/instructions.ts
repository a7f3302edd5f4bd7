import { byte, double, signed, unsigned, type ValueType } from "./encoding.ts";

declare const resultType: unique symbol;
declare const isLocal: unique symbol;

/**
 * Code that leaves a result of a type, or none: a string of bytes, in which a character from `firstLocal` on stands for
 * the number of a local, which is not known before the function is finished. An instruction is written after its operands.
 */
export type Code<T extends ValueType | "none"> = string & { readonly [resultType]: T };
export type Value<T extends ValueType = ValueType> = Code<T>;
export type Effect = Code<"none">;

/** A local of a function: the code that reads it. */
export type Local<T extends ValueType = ValueType> = Code<T> & { readonly [isLocal]: true };

/** The character that stands for the first local of a function. The next one stands for the second, and so on. */
export const firstLocal = 0x100;

// What instructions take: for integers and doubles, a number stands for a constant.
export type I32 = Value<"i32"> | number;
export type I64 = Value<"i64"> | number;
export type F64 = Value<"f64"> | number;
export type V128 = Value<"v128">;

const word = (value: I32): string => (typeof value === "number" ? i32.const(value) : value);
const long = (value: I64): string => (typeof value === "number" ? i64.const(value) : value);
const real = (value: F64): string => (typeof value === "number" ? f64.const(value) : value);

// Code by the type of its result.
const toI32 = (code: string): Value<"i32"> => code as Value<"i32">;
const toI64 = (code: string): Value<"i64"> => code as Value<"i64">;
const toF64 = (code: string): Value<"f64"> => code as Value<"f64">;
const toV128 = (code: string): Value<"v128"> => code as Value<"v128">;
const toNone = (code: string): Effect => code as Effect;

export const i32 = {
  const: (value: number): Value<"i32"> => toI32(`\x41${signed(value)}`),
  load: (address: I32, offset = 0): Value<"i32"> => toI32(`${word(address)}\x28\x02${unsigned(offset)}`),
  store: (address: I32, offset: number, value: I32): Effect =>
    toNone(`${word(address)}${word(value)}\x36\x02${unsigned(offset)}`),
  load8_u: (address: I32, offset = 0): Value<"i32"> => toI32(`${word(address)}\x2d\x00${unsigned(offset)}`),
  eqz: (a: I32): Value<"i32"> => toI32(`${word(a)}\x45`),
  eq: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x46`),
  lt_s: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x48`),
  lt_u: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x49`),
  gt_u: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x4b`),
  le_u: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x4d`),
  ge_s: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x4e`),
  ge_u: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x4f`),
  /** Adding the constant 0 takes no instruction. */
  add: (a: I32, b: I32): Value<"i32"> => toI32(b === 0 ? word(a) : `${word(a)}${word(b)}\x6a`),
  sub: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x6b`),
  mul: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x6c`),
  and: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x71`),
  or: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x72`),
  xor: (a: I32, b: I32): Value<"i32"> => toI32(`${word(a)}${word(b)}\x73`),
  shl: (a: I32, count: I32): Value<"i32"> => toI32(`${word(a)}${word(count)}\x74`),
  shr_u: (a: I32, count: I32): Value<"i32"> => toI32(`${word(a)}${word(count)}\x76`),
  rotr: (a: I32, count: I32): Value<"i32"> => toI32(`${word(a)}${word(count)}\x78`),
  wrap_i64: (a: I64): Value<"i32"> => toI32(`${long(a)}\xa7`),
};

export const i64 = {
  const: (value: number): Value<"i64"> => toI64(`\x42${signed(value)}`),
  load: (address: I32, offset = 0): Value<"i64"> => toI64(`${word(address)}\x29\x03${unsigned(offset)}`),
  store: (address: I32, offset: number, value: I64): Effect =>
    toNone(`${word(address)}${long(value)}\x37\x03${unsigned(offset)}`),
  load8_u: (address: I32): Value<"i64"> => toI64(`${word(address)}\x31\x00\x00`),
  load32_s: (address: I32, offset: number): Value<"i64"> =>
    toI64(`${word(address)}\x34\x02${unsigned(offset)}`),
  eqz: (a: I64): Value<"i32"> => toI32(`${long(a)}\x50`),
  add: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x7c`),
  sub: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x7d`),
  mul: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x7e`),
  and: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x83`),
  or: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x84`),
  xor: (a: I64, b: I64): Value<"i64"> => toI64(`${long(a)}${long(b)}\x85`),
  shl: (a: I64, count: I64): Value<"i64"> => toI64(`${long(a)}${long(count)}\x86`),
  shr_s: (a: I64, count: I64): Value<"i64"> => toI64(`${long(a)}${long(count)}\x87`),
  shr_u: (a: I64, count: I64): Value<"i64"> => toI64(`${long(a)}${long(count)}\x88`),
  extend_i32_s: (a: I32): Value<"i64"> => toI64(`${word(a)}\xac`),
  extend_i32_u: (a: I32): Value<"i64"> => toI64(`${word(a)}\xad`),
  extend16_s: (a: I64): Value<"i64"> => toI64(`${long(a)}\xc3`),
  extend32_s: (a: I64): Value<"i64"> => toI64(`${long(a)}\xc4`),
  trunc_sat_f64_s: (a: F64): Value<"i64"> => toI64(`${real(a)}\xfc\x06`),
};

export const f64 = {
  const: (value: number): Value<"f64"> => toF64(`\x44${double(value)}`),
  load: (address: I32, offset = 0): Value<"f64"> => toF64(`${word(address)}\x2b\x03${unsigned(offset)}`),
  store: (address: I32, offset: number, value: F64): Effect =>
    toNone(`${word(address)}${real(value)}\x39\x03${unsigned(offset)}`),
  nearest: (a: F64): Value<"f64"> => toF64(`${real(a)}\x9e`),
  mul: (a: F64, b: F64): Value<"f64"> => toF64(`${real(a)}${real(b)}\xa2`),
  convert_i32_s: (a: I32): Value<"f64"> => toF64(`${word(a)}\xb7`),
  convert_i32_u: (a: I32): Value<"f64"> => toF64(`${word(a)}\xb8`),
  convert_i64_s: (a: I64): Value<"f64"> => toF64(`${long(a)}\xb9`),
};

export const v128 = {
  /** All bits alike. */
  const: (value: 0 | -1): Value<"v128"> => toV128(`\xfd\x0c${byte(value & 0xff).repeat(16)}`),
  load: (address: I32, offset = 0): Value<"v128"> =>
    toV128(`${word(address)}\xfd\x00\x04${unsigned(offset)}`),
  store: (address: I32, offset: number, value: V128): Effect =>
    toNone(`${word(address)}${value}\xfd\x0b\x04${unsigned(offset)}`),
  load8x8_u: (address: I32): Value<"v128"> => toV128(`${word(address)}\xfd\x02\x03\x00`),
  load32_splat: (address: I32): Value<"v128"> => toV128(`${word(address)}\xfd\x09\x02\x00`),
  load64_splat: (address: I32, offset: number): Value<"v128"> =>
    toV128(`${word(address)}\xfd\x0a\x03${unsigned(offset)}`),
  and: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\x4e`),
  or: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\x50`),
  xor: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\x51`),
};

export const i8x16 = {
  /** `order` gives for each of the 16 bytes where it comes from: 0 to 15 in `a`, 16 to 31 in `b`. */
  shuffle: (order: readonly number[], a: V128, b: V128): Value<"v128"> =>
    toV128(`${a}${b}\xfd\x0d${order.map(byte).join("")}`),
};

export const i16x8 = {
  neg: (a: V128): Value<"v128"> => toV128(`${a}\xfd\x81\x01`),
};

export const i32x4 = {
  splat: (a: I32): Value<"v128"> => toV128(`${word(a)}\xfd\x11`),
  extend_low_i16x8_s: (a: V128): Value<"v128"> => toV128(`${a}\xfd\xa7\x01`),
  extend_high_i16x8_s: (a: V128): Value<"v128"> => toV128(`${a}\xfd\xa8\x01`),
  shl: (a: V128, count: I32): Value<"v128"> => toV128(`${a}${word(count)}\xfd\xab\x01`),
  shr_s: (a: V128, count: I32): Value<"v128"> => toV128(`${a}${word(count)}\xfd\xac\x01`),
  shr_u: (a: V128, count: I32): Value<"v128"> => toV128(`${a}${word(count)}\xfd\xad\x01`),
  add: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xae\x01`),
  sub: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xb1\x01`),
  mul: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xb5\x01`),
};

export const i64x2 = {
  splat: (a: I64): Value<"v128"> => toV128(`${long(a)}\xfd\x12`),
  extract_lane: (lane: 0 | 1, a: V128): Value<"i64"> => toI64(`${a}\xfd\x1d${byte(lane)}`),
  replace_lane: (lane: 0 | 1, a: V128, value: I64): Value<"v128"> =>
    toV128(`${a}${long(value)}\xfd\x1e${byte(lane)}`),
  extend_low_i32x4_s: (a: V128): Value<"v128"> => toV128(`${a}\xfd\xc7\x01`),
  extend_high_i32x4_s: (a: V128): Value<"v128"> => toV128(`${a}\xfd\xc8\x01`),
  shl: (a: V128, count: I32): Value<"v128"> => toV128(`${a}${word(count)}\xfd\xcb\x01`),
  shr_u: (a: V128, count: I32): Value<"v128"> => toV128(`${a}${word(count)}\xfd\xcd\x01`),
  add: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xce\x01`),
  sub: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xd1\x01`),
  mul: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xd5\x01`),
};

export const f64x2 = {
  splat: (a: F64): Value<"v128"> => toV128(`${real(a)}\xfd\x14`),
  add: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xf0\x01`),
  sub: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xf1\x01`),
  mul: (a: V128, b: V128): Value<"v128"> => toV128(`${a}${b}\xfd\xf2\x01`),
  convert_low_i32x4_s: (a: V128): Value<"v128"> => toV128(`${a}\xfd\xfe\x01`),
  /** a·b + c. */
  relaxed_madd: (a: V128, b: V128, c: V128): Value<"v128"> => toV128(`${a}${b}${c}\xfd\x87\x02`),
  /** c − a·b. */
  relaxed_nmadd: (a: V128, b: V128, c: V128): Value<"v128"> => toV128(`${a}${b}${c}\xfd\x88\x02`),
};

export const memory = {
  copy: (target: I32, source: I32, length: I32): Effect =>
    toNone(`${word(target)}${word(source)}${word(length)}\xfc\x0a\x00\x00`),
  fill: (target: I32, byte: I32, length: I32): Effect =>
    toNone(`${word(target)}${word(byte)}${word(length)}\xfc\x0b\x00`),
};

/** `a` if the condition holds, or else `b`. */
export const select = <T extends ValueType>(a: Value<T>, b: Value<T>, condition: I32): Value<T> =>
  `${a}${b}${word(condition)}\x1b` as Value<T>;

export const drop = (value: Value): Effect => toNone(`${value}\x1a`);

export const local = {
  get: <T extends ValueType>(index: number): Local<T> => `\x20${byte(firstLocal + index)}` as Local<T>,
  numberOf: (target: Local): number => target.charCodeAt(1) - firstLocal,
  set: (target: Local, value: Value): Effect => toNone(`${value}\x21${target.slice(1)}`),
};

export const global = {
  /** Reads an i32. */
  get: (index: number): Value<"i32"> => toI32(`\x23${unsigned(index)}`),
};

export const call = (index: number, operands: readonly Value[]): Effect =>
  toNone(`${operands.join("")}\x10${unsigned(index)}`);

/** Structured control; branches give the number of blocks and loops that they leave out on their way. */
export const control = {
  block: "\x02\x40" as Effect,
  loop: "\x03\x40" as Effect,
  if: (condition: I32): Effect => toNone(`${word(condition)}\x04\x40`),
  else: "\x05" as Effect,
  end: "\x0b" as Effect,
  br: (depth: number): Effect => toNone(`\x0c${byte(depth)}`),
  br_if: (depth: number, condition: I32): Effect => toNone(`${word(condition)}\x0d${byte(depth)}`),
};
