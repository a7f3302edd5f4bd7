import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseValue, rangeOf } from "../../src/program/parse-value.ts";
import { type ClearValue, type InputType, integerTypes } from "../../src/program/types.ts";

test.each<[InputType, string, ClearValue]>([
  ["FheUint8", "255", 255],
  ["FheUint8", " 0 ", 0],
  ["FheUint8", "+7", 7],
  ["FheUint8", "-0", 0],
  ["FheInt8", "-128", -128],
  ["FheInt8", "−5", -5],
  ["FheUint16", "0xfF", 255],
  ["FheUint8", "0b101", 5],
  ["FheInt16", "-0x10", -16],
  ["FheUint32", "1,234,567", 1234567],
  ["FheUint32", "52 300", 52300],
  ["FheUint32", "1_000", 1000],
  ["FheUint32", "52’300", 52300],
  ["FheUint32", "52\u202f300", 52300],
  ["FheInt32", "-1,000", -1000],
  ["FheUint16", "0xff_ff", 65535],
  ["FheUint8", "0b1111_0000", 240],
  ["FheUint64", "18446744073709551615", 2n ** 64n - 1n],
  ["FheUint64", "5", 5n],
  ["FheInt128", `-${2n ** 127n}`, -(2n ** 127n)],
  ["FheBool", "true", true],
  ["FheBool", " No ", false],
  ["FheBool", "1", true],
  ["FheAsciiString", "", ""],
  ["FheAsciiString", " Two words~", " Two words~"],
  ["FheAsciiString", "x".repeat(64), "x".repeat(64)],
  ["FheUtf8String", "déjà 💡", "déjà 💡"],
  ["FheUtf8String", "é".repeat(32), "é".repeat(32)],
])("%s from %j", (type, text, value) => {
  expect(parseValue(type, text)).toBe(value);
});

test.each<[InputType, string, string]>([
  ["FheUint8", "256", "FheUint8 holds 0 to 255"],
  ["FheUint8", "-1", "FheUint8 holds 0 to 255"],
  ["FheInt8", "128", "FheInt8 holds -128 to 127"],
  ["FheInt32", "2147483648", "FheInt32 holds -2147483648 to 2147483647"],
  ["FheUint64", "18446744073709551616", "FheUint64 holds 0 to 2^64 − 1"],
  ["FheInt64", "9223372036854775808", "FheInt64 holds -2^63 to 2^63 − 1"],
  ["FheAsciiString", "déjà", 'FheAsciiString holds ASCII, which "é" is not'],
  ["FheAsciiString", "💡", 'FheAsciiString holds ASCII, which "💡" is not'],
  ["FheAsciiString", "a\0", "FheAsciiString does not hold the character 0"],
  ["FheAsciiString", "x".repeat(65), "a text here has up to 64 characters, not 65"],
  ["FheUtf8String", "é".repeat(33), "a text here has up to 64 bytes, not 66"],
  ["FheUtf8String", "\ud83d", 'FheUtf8String holds no half of a character, such as "\\ud83d"'],
])("%s holds no %s", (type, text, message) => {
  expect(() => parseValue(type, text)).toThrow(new RangeError(message));
});

test.each<[InputType, string]>([
  ["FheUint8", ""],
  ["FheUint8", "one"],
  ["FheUint8", "1.5"],
  ["FheUint8", "1e2"],
  ["FheUint8", "--1"],
  ["FheUint8", "0x"],
  ["FheUint8", "0b12"],
  ["FheUint8", ",1"],
  ["FheUint8", "1,,2"],
  ["FheUint8", "1,5"],
  ["FheUint8", "1 5"],
  ["FheUint32", "12,34"],
  ["FheUint32", "1234,567"],
  ["FheUint32", "1,234 567"],
  ["FheUint32", "1,2345"],
  ["FheUint32", "0x1,234"],
  ["FheUint8", "1_"],
  ["FheUint8", "1__2"],
  ["FheInt8", "-"],
  ["FheUint32", "Infinity"],
  ["FheUint64", "5n"],
  ["FheBool", "2"],
  ["FheBool", ""],
])("%s cannot be read from %j", (type, text) => {
  expect(() => parseValue(type, text)).toThrow(SyntaxError);
});

describe.each(integerTypes)("$type", (shape) => {
  const { type, bits } = shape;
  const [smallest, largest] = rangeOf(shape);

  test("reads all that it holds, and nothing else", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 4n * smallest - 2n, max: 2n * largest + 2n }), (value) => {
        if (value < smallest || value > largest) {
          expect(() => parseValue(type, String(value))).toThrow(RangeError);
        } else {
          expect(parseValue(type, String(value))).toBe(bits > 32 ? value : Number(value));
        }
      }),
    );
  });
});
