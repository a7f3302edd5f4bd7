import {
  type Arg,
  type Expression,
  formatOf,
  isInteger,
  isText,
  type Options,
  type Ref,
  TEXT,
} from "./program.ts";
import type { Maker, Scope, Weighted } from "./scope.ts";

/** Calls on a text. */
function onText(make: (scope: Scope, self: Ref) => [method: string, ...args: Arg[]] | undefined): Maker {
  return (scope) => {
    const self = scope.text();
    const call = self && make(scope, self);
    return call && { target: self, method: call[0], args: call.slice(1) };
  };
}

/** What a text is compared with, or searched for: often a part of it. */
const pattern = (scope: Scope, self: Ref, clear = 0.6): Arg =>
  scope.random.chance(0.35) ? { text: scope.partOf(self) } : scope.operand(TEXT, clear);

const onTextOf = (...methods: readonly string[]): Maker =>
  onText((scope, self) => [scope.random.pick(methods), pattern(scope, self)]);
const onTextAlone = (...methods: readonly string[]): Maker => onText((scope) => [scope.random.pick(methods)]);

/** A small number, clear or encrypted. */
const amount = (scope: Scope, most: number): Arg => {
  const small = (type: string): boolean =>
    isInteger(type) && !formatOf(type).signed && formatOf(type).width <= 8;
  return (scope.random.chance(0.4) ? scope.some(small) : undefined) ?? BigInt(scope.random.below(most + 1));
};

const EXPRESSIONS: readonly Expression[] = [
  { pattern: "^a", flags: "" },
  { pattern: "[a-m]+$", flags: "i" },
  { pattern: "^(a|b)*$", flags: "" },
  { pattern: "a.b", flags: "s" },
  { pattern: "\\bb", flags: "i" },
  { pattern: "(?=a)[^b]", flags: "" },
  { pattern: "^\\s*$", flags: "" },
  { pattern: "(a|bb){2}", flags: "" },
  { pattern: "(?<!a)b", flags: "" },
  { pattern: "^$", flags: "" },
  { pattern: "^b?$", flags: "m" },
];

/** How patterns of SQL are read. */
const likeOptions = (scope: Scope): Options[] => {
  const { random } = scope;
  if (random.chance(0.5)) return [];
  return [{ escape: random.pick(["", "!", "\\", "%"]), ignoreCase: random.chance(0.5) }];
};

/** A clear pattern of SQL that is well-formed, whatever the options. */
const likePattern = (scope: Scope): Arg => {
  const { random } = scope;
  const parts = Array.from({ length: random.between(0, 4) }, () => random.pick(["%", "_", scope.word(1)]));
  return { text: parts.join("").replaceAll(/[\\!]/g, "") };
};

const like: Maker = onText((scope) => {
  const options = likeOptions(scope);
  if (scope.random.chance(0.3)) return ["isPatternOf", scope.operand(TEXT), ...options];
  const encrypted = scope.random.chance(0.4) ? scope.text(4) : undefined;
  if (encrypted) return ["like", encrypted, ...options];
  const escaping = options[0]?.escape === "%";
  return ["like", likePattern(scope), ...(escaping ? [] : options)];
});

const split: Maker = (scope) => {
  const { random } = scope;
  const self = scope.text();
  if (self === undefined) return undefined;
  const most = random.between(1, 3);
  const separator = pattern(scope, self, 0.7);
  const fromEnd = random.chance(0.4);
  const count = random.chance(0.3) ? amount(scope, 4) : undefined;
  if (typeof count === "object") {
    return { target: "engine", method: "splitInto", args: [self, separator, most, count, fromEnd] };
  }
  const options = random.pick<() => Options>([
    () => ({ fromEnd }),
    () => (count === undefined ? { fromEnd } : { fromEnd, pieces: Number(count) }),
    () => ({ fromEnd, separators: "behind" }),
    () => ({ separators: "inside" }),
  ])();
  return { target: self, method: "split", args: [separator, most, options] };
};

/** A number of clear keys that differ. */
const differing = (scope: Scope, key: () => Arg): Arg[] => {
  const keys = new Map<string, Arg>();
  for (let left = scope.random.between(1, 4); left > 0; left--) {
    const one = key();
    keys.set(typeof one === "bigint" ? `${one}` : JSON.stringify(one), one);
  }
  return [...keys.values()];
};

/** A use of a store with texts as keys. */
const useOfStore: Maker = (scope) => {
  const key = scope.text();
  if (key === undefined) return undefined;
  const values = scope.type();
  const keys = differing(scope, () => ({ text: scope.partOf(key) }));
  const entries = keys.map((one) => [one, scope.operand(values, 0.5)]);
  return { target: "engine", method: "found", args: [TEXT, values, entries, key] };
};

/** A table from clear keys that differ to integers or texts. */
function match(scope: Scope, self: Ref, key: () => Arg): [method: string, ...args: Arg[]] {
  const { random } = scope;
  const to = isInteger(scope.typeOf(self)) || random.chance(0.5) ? TEXT : scope.type();
  const entry = (): Arg => scope.operand(to, 1);
  const table = differing(scope, key).map((one) => [one, entry()]);
  return random.chance(0.5) ? ["matchValue", table, to] : ["matchValueOr", table, entry(), to];
}

/** The calls with texts, which programs are made of beside others. */
export const TEXT_MAKERS: readonly Weighted[] = [
  [28, onTextOf("eq", "ne", "lt", "le", "gt", "ge", "eqIgnoreCase")],
  [24, onTextOf("contains", "startsWith", "endsWith")],
  [16, onTextOf("indexOf", "lastIndexOf")],
  [12, onTextAlone("length", "isEmpty")],
  [16, onTextAlone("toLowerCase", "toUpperCase")],
  [16, onTextAlone("trim", "trimStart", "trimEnd")],
  [18, onTextOf("concat")],
  [16, onTextOf("stripPrefix", "stripSuffix")],
  [12, onTextOf("splitOnce", "splitOnceFromEnd")],
  [
    6,
    onText((scope) => {
      const times = amount(scope, 3);
      return typeof times === "bigint" ? ["repeat", times] : ["repeat", times, scope.random.below(4)];
    }),
  ],
  [
    12,
    onText((scope, self) => {
      const method = scope.random.pick(["replace", "replaceAll", "replaceUpTo"]);
      const count = method === "replaceUpTo" ? [amount(scope, 3)] : [];
      return [method, pattern(scope, self, 0.7), scope.operand(TEXT, 0.7), ...count];
    }),
  ],
  [12, split],
  [6, onText((scope) => ["splitWhiteSpace", scope.random.between(1, 3)])],
  [10, like],
  [10, onText((scope) => ["matches", scope.random.pick(EXPRESSIONS)])],
  [8, onText((scope, self) => match(scope, self, () => ({ text: scope.partOf(self) })))],
  [
    4,
    (scope) => {
      const self = scope.integer();
      if (self === undefined) return undefined;
      const [method, ...args] = match(scope, self, () => scope.constant(scope.typeOf(self)));
      return { target: self, method, args };
    },
  ],
  [2, useOfStore],
  [
    18,
    (scope) => {
      const self = scope.flag();
      const args = [scope.operand(TEXT, 0.4), scope.operand(TEXT, 0.4)];
      return self && { target: self, method: "select", args };
    },
  ],
  [
    4,
    (scope) => {
      const texts = scope.several(3, isText);
      const options = { descending: scope.random.chance(0.5) };
      const method = scope.random.pick(["sort", "unique"]);
      return texts.length === 0 ? undefined : { target: "engine", method, args: [texts, options] };
    },
  ],
];
