import {
  type BoolHandle,
  type ClientKey,
  type Engine,
  FheAsciiString,
  FheBool,
  FheUint8,
  type IntegerHandle,
  type StringHandle,
} from "../src/index.ts";

import { compile } from "../src/regex.ts";

type Outcome = IntegerHandle | BoolHandle | StringHandle;
type Plain = string | number | boolean;

/** An operation on texts, and what it is to give. */
export interface TextCase {
  readonly name: string;
  readonly found: () => readonly Outcome[];
  readonly expected: readonly Plain[];
}

/** What texts are, and how many zeros follow them. */
export interface Texts {
  readonly a: string;
  readonly b: string;
  readonly padding?: readonly [number, number];
  readonly choice: boolean;
}

/**
 * Every operation of handles of texts, with encrypted and with clear operands.
 *
 * @param clientKey encrypts the values; with `null`, they hide nothing.
 */
export function everyTextOperation(
  engine: Engine,
  clientKey: ClientKey | null,
  { a, b, padding = [0, 0], choice }: Texts,
): TextCase[] {
  const { parameters } = engine.info;
  const load = (text: string, zeros: number): StringHandle =>
    engine.load(
      clientKey === null
        ? FheAsciiString.encryptTrivial(text, { padding: zeros }, parameters)
        : FheAsciiString.encrypt(text, clientKey, { padding: zeros }),
    );
  const [x, y] = [load(a, padding[0]), load(b, padding[1])];
  const c = engine.load(
    clientKey === null ? FheBool.encryptTrivial(choice, parameters) : FheBool.encrypt(choice, clientKey),
  );
  const two = engine.load(
    clientKey === null ? FheUint8.encryptTrivial(2, parameters) : FheUint8.encrypt(2, clientKey),
  );
  const one = (name: string, found: () => readonly Outcome[], ...expected: readonly Plain[]): TextCase => ({
    name,
    found,
    expected,
  });
  const both = (
    name: string,
    of: (other: StringHandle | string) => readonly Outcome[],
    ...expected: readonly Plain[]
  ): TextCase[] => [
    { name, found: () => of(y), expected },
    { name: `${name} of a clear text`, found: () => of(b), expected },
  ];
  const pieces = (found: readonly (readonly [StringHandle, BoolHandle])[]): Outcome[] =>
    found.flatMap(([piece, there]) => [there, c.and(there).or(there).select(piece, "")]);
  const piecesOf = (texts: readonly string[], most: number): Plain[] =>
    Array.from({ length: most }, (_, i) => [i < texts.length, texts[i] ?? ""]).flat();
  const cut = a.split(b);
  const parts = b === "" ? ["", ...cut, ""].slice(0, a.length + 2) : cut;
  const at = a.indexOf(b);
  const last = a.lastIndexOf(b);
  const words = a.split(/[ \t\n\f\r]+/).filter((word) => word !== "");
  const inOrder = [a, b].sort();
  return [
    ...both("eq", (other) => [x.eq(other)], a === b),
    ...both("ne", (other) => [x.ne(other)], a !== b),
    ...both("eqIgnoreCase", (other) => [x.eqIgnoreCase(other)], a.toLowerCase() === b.toLowerCase()),
    ...both("lt", (other) => [x.lt(other)], a < b),
    ...both("le", (other) => [x.le(other)], a <= b),
    ...both("gt", (other) => [x.gt(other)], a > b),
    ...both("ge", (other) => [x.ge(other)], a >= b),
    ...both("contains", (other) => [x.contains(other)], a.includes(b)),
    ...both("startsWith", (other) => [x.startsWith(other)], a.startsWith(b)),
    ...both("endsWith", (other) => [x.endsWith(other)], a.endsWith(b)),
    ...both("indexOf", (other) => x.indexOf(other), Math.max(0, at), at >= 0),
    ...both("lastIndexOf", (other) => x.lastIndexOf(other), Math.max(0, last), last >= 0),
    ...both(
      "stripPrefix",
      (other) => x.stripPrefix(other),
      a.startsWith(b) ? a.slice(b.length) : a,
      a.startsWith(b),
    ),
    ...both(
      "stripSuffix",
      (other) => x.stripSuffix(other),
      a.endsWith(b) ? a.slice(0, a.length - b.length) : a,
      a.endsWith(b),
    ),
    ...both("concat", (other) => [x.concat(other)], a + b),
    ...both("replaceAll", (other) => [x.replaceAll(other, "xy")], a.replaceAll(b, "xy")),
    ...both("replace", (other) => [x.replace(other, "")], a.replace(b, "")),
    ...both("replaceUpTo", (other) => [x.replaceUpTo(other, other, two)], a),
    ...both("split", (other) => pieces(x.split(other, 3)), ...piecesOf(parts, 3)),
    ...both(
      "split from the end",
      (other) => pieces(x.split(other, 2, { fromEnd: true, pieces: 2 })),
      ...piecesOf(last < 0 ? [a] : [a.slice(last + b.length), a.slice(0, last)], 2),
    ),
    ...both(
      "splitOnce",
      (other) => x.splitOnce(other),
      ...(at < 0 ? [a, "", false] : [a.slice(0, at), a.slice(at + b.length), true]),
    ),
    ...both(
      "splitOnceFromEnd",
      (other) => x.splitOnceFromEnd(other),
      ...(last < 0 ? ["", a, false] : [a.slice(0, last), a.slice(last + b.length), true]),
    ),
    one("splitWhiteSpace", () => pieces(x.splitWhiteSpace(2)), ...piecesOf(words, 2)),
    one("length", () => [x.length()], a.length),
    one("isEmpty", () => [x.isEmpty()], a === ""),
    one("toLowerCase", () => [x.toLowerCase()], a.toLowerCase()),
    one("toUpperCase", () => [x.toUpperCase()], a.toUpperCase()),
    one("trim", () => [x.trim()], trimmed(a, true, true)),
    one("trimStart", () => [x.trimStart()], trimmed(a, true, false)),
    one("trimEnd", () => [x.trimEnd()], trimmed(a, false, true)),
    one("repeat", () => [x.repeat(2)], a + a),
    one("repeat an encrypted number of times", () => [x.repeat(two, 3)], a + a),
    ...both("select", (other) => [c.select(x, other)], choice ? a : b),
    ...both("select from", (other) => [c.select(other, x)], choice ? b : a),
    ...(a === b
      ? []
      : [
          one(
            "matchValue",
            () => [...x.matchValue([[a, 7]], FheUint8), ...x.matchValue(new Map([[b, 9]]), FheUint8)],
            7,
            true,
            0,
            false,
          ),
          one(
            "matchValue to texts",
            () =>
              x.matchValue(
                [
                  [b, "other"],
                  [a, "this"],
                ],
                FheAsciiString,
              ),
            "this",
            true,
          ),
        ]),
    one("matchValueOr", () => [x.matchValueOr([[b, 9]], 5, FheUint8)], a === b ? 9 : 5),
    one(
      "matchValueOr to texts",
      () => [y.matchValueOr([[a, "in"]], "not", FheAsciiString)],
      a === b ? "in" : "not",
    ),
    one("matchValue of an integer", () => two.matchValue([[2, a]], FheAsciiString), a, true),
    one("matchValueOr of an integer", () => [two.matchValueOr([[3, a]], b, FheAsciiString)], b),
    one("matches", () => [x.matches(compile(/^[a-z]|a$/i))], /^[a-z]|a$/i.test(a)),
    one("like", () => [x.like("%a_"), x.like(b)], isLike(a, "%a_"), isLike(a, b)),
    one("like an encrypted pattern", () => [x.like(y, { escape: "" })], isLike(a, b, "")),
    one("isPatternOf", () => [x.isPatternOf(b, { escape: "" })], isLike(b, a, "")),
    one("sort", () => engine.sort([x, y]), ...inOrder),
    one("sort down", () => engine.sort([x, y], { descending: true }), ...inOrder.toReversed()),
    one("unique", () => engine.unique([x, y]).flat(), inOrder[0], true, inOrder[1], a !== b),
  ];
}

/** Whether a text is like a pattern of SQL. */
function isLike(text: string, pattern: string, escaper = "\\"): boolean {
  const parts = Array.from(pattern.matchAll(/\\?./gs), ([part]) => part);
  const source = (escaper === "" ? [...pattern] : parts).map((part) => {
    if (part === "%") return "[^]*";
    if (part === "_") return "[^]";
    return `\\x${part
      .charCodeAt(part.length - 1)
      .toString(16)
      .padStart(2, "0")}`;
  });
  return new RegExp(`^${source.join("")}$`).test(text);
}

/** A text without white space, as TFHE-rs has it, on some sides. */
function trimmed(text: string, start: boolean, end: boolean): string {
  const without = start ? text.replace(/^[ \t\n\f\r]*/, "") : text;
  return end ? without.replace(/[ \t\n\f\r]*$/, "") : without;
}

/** Computes some cases together, and gives what they came to and should have come to, with their names. */
export async function computeCases(
  clientKey: ClientKey | null,
  cases: readonly TextCase[],
): Promise<{ found: unknown[]; expected: unknown[] }> {
  const handles = cases.map(({ found }) => found());
  const found = await Promise.all(
    handles.map(async (some, i) => {
      const ciphertexts = await Promise.all(some.map((handle) => handle.ciphertext()));
      const values = ciphertexts.map((one) =>
        clientKey === null ? one.decryptTrivial() : one.decrypt(clientKey),
      );
      return [cases[i].name, ...values];
    }),
  );
  return { found, expected: cases.map(({ name, expected }) => [name, ...expected]) };
}
