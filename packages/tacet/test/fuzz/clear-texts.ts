import {
  demand,
  fitting,
  like as integerOf,
  isTyped,
  type Meaning,
  type Operand,
  type Typed,
} from "./clear-methods.ts";
import {
  type Expression,
  formatOf,
  isExpression,
  isInteger,
  isText,
  isWord,
  type Options,
  TEXT,
} from "./program.ts";

/*
 * What operations with texts give, on plain strings. Written apart from the library, after what its docs say.
 */

const bool = (value: boolean): Typed => ({ type: "FheBool", value });
const text = (value: string): Typed => ({ type: TEXT, value });
const place = (at: number): readonly Typed[] => [
  { type: "FheUint32", value: BigInt(Math.max(at, 0)) },
  bool(at >= 0),
];

/** Whether there is a text among operands, or the type of texts. */
export function concernsTexts(operands: readonly Operand[]): boolean {
  return operands
    .flat(9)
    .some((part) => part === TEXT || isWord(part) || (isTyped(part) && isText(part.type)));
}

/** A text, encrypted or clear; one without characters stands for what is not known. */
function wordOf(operand: Operand): string {
  if (!isTyped(operand)) {
    demand(isWord(operand), "expected a text");
    return fitting(TEXT, operand.text);
  }
  demand(isText(operand.type), "expected a text");
  return (operand.value ?? "") as string;
}

/** A number of things, encrypted or clear. */
function numberOf(operand: Operand): number {
  if (isTyped(operand)) {
    demand(isInteger(operand.type) && !formatOf(operand.type).signed, "a number is unsigned");
    return Number(operand.value ?? 0n);
  }
  demand(typeof operand === "bigint" && operand >= 0n, "a number is an integer from 0 on");
  return Number(operand);
}

/** A number that the shape of what comes of it depends on. */
function sizeOf(operand: Operand): number {
  demand(typeof operand === "number" && operand >= 0, "a size is an integer from 0 on");
  return operand;
}

/** A method of a text that takes texts. */
const withWords =
  (operation: (self: string, ...words: string[]) => readonly Typed[], count: number): Meaning =>
  ([self], args) => {
    demand(args.length === count, "there are other operands");
    return operation(wordOf(self), ...args.map(wordOf));
  };
const alone = (operation: (self: string) => Typed): Meaning => withWords((self) => [operation(self)], 0);
const verdict = (holds: (self: string, word: string) => boolean): Meaning =>
  withWords((self, word) => [bool(holds(self, word))], 1);

/** Without white space in front of it. */
const trimStart = (self: string): string => self.replace(/^[ \t\n\f\r]+/, "");
const trimEnd = (self: string): string => self.replace(/[ \t\n\f\r]+$/, "");

/** Where a pattern is, from the left, not where it would overlap itself; the empty one is everywhere. */
function* placesOf(self: string, pattern: string): Generator<number> {
  for (let at = 0; at + pattern.length <= self.length; at++) {
    if (!self.startsWith(pattern, at)) continue;
    yield at;
    at += Math.max(pattern.length, 1) - 1;
  }
}

function replaced(self: string, pattern: string, by: string, most: number): string {
  let [result, end] = ["", 0];
  for (const at of [...placesOf(self, pattern)].slice(0, most)) {
    result += self.slice(end, at) + by;
    end = at + pattern.length;
  }
  return result + self.slice(end);
}

const backwards = (self: string): string => [...self].reverse().join("");

/** All pieces between separators: at most so many, of which the last is what is left. */
function cut(self: string, separator: string, most: number): string[] {
  if (most === 0) return [];
  const pieces: string[] = [];
  let end = 0;
  for (const at of [...placesOf(self, separator)].slice(0, most - 1)) {
    pieces.push(self.slice(end, at));
    end = at + separator.length;
  }
  return [...pieces, self.slice(end)];
}

function split(self: string, separator: string, options: Options, pieces = Infinity): string[] {
  const { fromEnd = false, separators } = options;
  demand(separators === undefined || pieces === Infinity, "a number goes with separators between");
  demand(separators !== "inside" || !fromEnd, "separators inside are at ends");
  if (fromEnd) {
    const found = cut(backwards(self), backwards(separator), pieces).map(backwards);
    return separators === "behind" && found[0] === "" ? found.slice(1) : found;
  }
  const found = cut(self, separator, pieces);
  const all =
    separators === "inside"
      ? found.map((piece, i) => (i < found.length - 1 ? piece + separator : piece))
      : found;
  return separators !== undefined && all.at(-1) === "" ? all.slice(0, -1) : all;
}

/** So many pieces, each with whether it is there: if not, it has no characters. */
const inPieces = (pieces: readonly string[], most: number): Typed[] =>
  Array.from({ length: most }, (_, i) => [text(pieces[i] ?? ""), bool(i < pieces.length)]).flat();

/** Whether a text is like a pattern of SQL: all ways are tried. */
function isLike(self: string, pattern: string, escaper: string): boolean {
  if (pattern === "") return self === "";
  const [first, second] = pattern;
  const takes = (one: string, length: number): boolean =>
    (one === "" ? self !== "" : self.startsWith(one)) &&
    isLike(self.slice(1), pattern.slice(length), escaper);
  if (first === escaper) return second === undefined ? self === "" : takes(second, 2);
  if (first !== "%") return takes(first === "_" ? "" : first, 1);
  return isLike(self, pattern.slice(1), escaper) || (self !== "" && isLike(self.slice(1), pattern, escaper));
}

function like(self: string, pattern: string, { escape: escaper = "\\", ignoreCase }: Options = {}): boolean {
  const [a, b, c] = [self, pattern, escaper].map((one) => (ignoreCase ? one.toLowerCase() : one));
  return isLike(a, b, c);
}

/** Whether the last character of a pattern is an escape that has nothing to escape. */
function endsOpen(pattern: string, { escape: escaper = "\\" }: Options = {}): boolean {
  let open = false;
  for (const one of pattern) open = !open && one === escaper;
  return open;
}

/** A table's entry for a key, with what stands in it. */
function entryOf(self: Typed, table: Operand, to: Operand): bigint | string | undefined {
  const keys = new Set<unknown>();
  let found: bigint | string | undefined;
  for (const [key, entry] of table as readonly [Operand, Operand][]) {
    const plain = isText(self.type) ? wordOf(key) : fitting(self.type, key as bigint);
    const value = entryValue(entry, to);
    demand(!keys.has(plain), "a key comes twice");
    keys.add(plain);
    if (self.value === plain) found = value;
  }
  return found;
}

function entryValue(entry: Operand, to: Operand): bigint | string {
  demand(typeof to === "string" && (isText(to) || isInteger(to)), "expected a type of integers or texts");
  return isText(to) ? wordOf(entry) : fitting(to, entry as bigint);
}

const matchValue: Meaning = ([self], [table, to]) => {
  const found = entryOf(self, table, to);
  const nothing = to === TEXT ? "" : 0n;
  return [{ type: to as string, value: found ?? nothing }, bool(found !== undefined)];
};
const matchValueOr: Meaning = ([self], [table, otherwise, to]) => [
  { type: to as string, value: entryOf(self, table, to) ?? entryValue(otherwise, to) },
];

function sorted(values: Operand, options: Operand | undefined): string[] {
  demand(Array.isArray(values) && values.length > 0 && values.every(isTyped), "expected encrypted texts");
  const inOrder = values.map(wordOf).sort();
  return (options as Options | undefined)?.descending ? inOrder.reverse() : inOrder;
}

/** What every method with texts gives. */
export const OF_TEXTS: Partial<Record<string, Record<string, Meaning>>> = {
  text: {
    eq: verdict((a, b) => a === b),
    ne: verdict((a, b) => a !== b),
    eqIgnoreCase: verdict((a, b) => a.toLowerCase() === b.toLowerCase()),
    lt: verdict((a, b) => a < b),
    le: verdict((a, b) => a <= b),
    gt: verdict((a, b) => a > b),
    ge: verdict((a, b) => a >= b),
    contains: verdict((a, b) => a.includes(b)),
    startsWith: verdict((a, b) => a.startsWith(b)),
    endsWith: verdict((a, b) => a.endsWith(b)),
    indexOf: withWords((a, b) => place(a.indexOf(b)), 1),
    lastIndexOf: withWords((a, b) => place(a.lastIndexOf(b)), 1),
    length: alone((a) => ({ type: "FheUint16", value: BigInt(a.length) })),
    isEmpty: alone((a) => bool(a === "")),
    toLowerCase: alone((a) => text(a.toLowerCase())),
    toUpperCase: alone((a) => text(a.toUpperCase())),
    trim: alone((a) => text(trimStart(trimEnd(a)))),
    trimStart: alone((a) => text(trimStart(a))),
    trimEnd: alone((a) => text(trimEnd(a))),
    concat: withWords((a, b) => [text(a + b)], 1),
    repeat: ([self], [times, most]) => {
      demand(isTyped(times) === (most !== undefined), "an encrypted number has a most");
      return [
        text(wordOf(self).repeat(Math.min(numberOf(times), most === undefined ? Infinity : sizeOf(most)))),
      ];
    },
    stripPrefix: withWords((a, b) => {
      const found = a.startsWith(b);
      return [text(found ? a.slice(b.length) : a), bool(found)];
    }, 1),
    stripSuffix: withWords((a, b) => {
      const found = a.endsWith(b);
      return [text(found ? a.slice(0, a.length - b.length) : a), bool(found)];
    }, 1),
    replaceAll: withWords((a, from, to) => [text(replaced(a, from, to, Infinity))], 2),
    replace: withWords((a, from, to) => [text(replaced(a, from, to, 1))], 2),
    replaceUpTo: ([self], [from, to, count]) => [
      text(replaced(wordOf(self), wordOf(from), wordOf(to), numberOf(count))),
    ],
    split: ([self], [separator, most, options = {}]) => {
      const { pieces } = options as Options;
      const found = split(wordOf(self), wordOf(separator), options as Options, pieces);
      return inPieces(found, sizeOf(most));
    },
    splitWhiteSpace: ([self], [most]) => {
      const words = wordOf(self).split(/[ \t\n\f\r]/);
      return inPieces(
        words.filter((word) => word !== ""),
        sizeOf(most),
      );
    },
    splitOnce: withWords((a, b) => {
      const at = a.indexOf(b);
      const halves = at < 0 ? [a, ""] : [a.slice(0, at), a.slice(at + b.length)];
      return [...halves.map(text), bool(at >= 0)];
    }, 1),
    splitOnceFromEnd: withWords((a, b) => {
      const at = a.lastIndexOf(b);
      const halves = at < 0 ? ["", a] : [a.slice(0, at), a.slice(at + b.length)];
      return [...halves.map(text), bool(at >= 0)];
    }, 1),
    like: ([self], [pattern, options]) => {
      const own = wordOf(pattern);
      demand(isTyped(pattern) || !endsOpen(own, options as Options), "a clear pattern ends with its escape");
      return [bool(like(wordOf(self), own, options as Options))];
    },
    isPatternOf: ([self], [word, options]) => [bool(like(wordOf(word), wordOf(self), options as Options))],
    matches: ([self], [expression]) => {
      demand(isExpression(expression), "expected an expression");
      const { pattern, flags } = expression as Expression;
      return [bool(new RegExp(pattern, flags).test(wordOf(self)))];
    },
    matchValue,
    matchValueOr,
  },
  boolean: {
    select: ([{ value }], args) => {
      demand(args.length === 2, "there are other operands");
      const [a, b] = args.map(wordOf);
      return [text(value === true ? a : b)];
    },
  },
  integer: { matchValue, matchValueOr },
  engine: {
    sort: (_, [values, options]) => sorted(values, options).map(text),
    unique: (_, [values, options]) => {
      const inOrder = sorted(values, options);
      return inOrder.flatMap((value, i) => [text(value), bool(i === 0 || value !== inOrder[i - 1])]);
    },
    found: (_, [keys, type, entries, key]) => {
      demand(keys === TEXT && isTyped(key), "keys are encrypted");
      demand(typeof type === "string" && isInteger(type), "expected a type of integers");
      const store = new Map<string, bigint>();
      for (const [own, value] of entries as readonly [Operand, Operand][])
        store.set(wordOf(own), integerOf(type, value));
      const isFound = store.has(wordOf(key));
      return [{ type, value: store.get(wordOf(key)) ?? 0n }, bool(isFound), bool(isFound)];
    },
    splitInto: (_, [self, separator, most, pieces, fromEnd]) => {
      demand(isTyped(pieces), "a number is encrypted");
      const options = { fromEnd: fromEnd as boolean };
      return inPieces(split(wordOf(self), wordOf(separator), options, numberOf(pieces)), sizeOf(most));
    },
  },
};
