import { digitsOf, type Form, formOf, sizeOfText, textForm } from "../forms.ts";
import type { Json } from "../graph.ts";
import { clearTextIn } from "./clear-values.ts";
import * as kinds from "./kinds.ts";
import { each, gives, linear, logarithm, method, same, selfOf, truth } from "./operation.ts";
import { character, flag, options, pattern, word } from "./options.ts";
import type { CheckedCall, Kind, Operations, Signature } from "./signature.ts";
import { formFromTable, matchingWork, table } from "./tables.ts";

/** What the library takes for the number of pieces, or of times: more than texts have characters is of no use. */
const MOST_TIMES = 2 ** 16;

const { text } = kinds;
const operand = kinds.operand();
const times = kinds.natural(MOST_TIMES);
const count = kinds.count(Number.MAX_SAFE_INTEGER);

/** A pattern of SQL: clear ones count as patterns do. */
const likePattern: Kind = {
  ...operand,
  check(json, place, call) {
    const checked = operand.check(json, place, call);
    const { length } = clearTextIn(checked) ?? "";
    if (length > call.limits.patternCharacters) {
      throw place.error(`a pattern of ${length} characters; the most is ${call.limits.patternCharacters}`);
    }
    return checked;
  },
};
const likeOptions = options({ escape: character, ignoreCase: flag });

/** How often a text is repeated: clearly, or up to a number of times that is given beside it. */
const repetitions: Kind = {
  ...kinds.count(MOST_TIMES),
  check(json, place, call) {
    const encrypted = typeof json === "number";
    if (encrypted === (call.given.length === 3)) return kinds.count(MOST_TIMES).check(json, place, call);
    throw place.error(
      encrypted
        ? "an encrypted number of times goes with the most that there may be, behind it"
        : "the most that there may be goes with an encrypted number of times",
    );
  },
};

/** The form of a text among the arguments. */
function formAt(call: CheckedCall, index: number): Form {
  const argument = call.of[index];
  if (typeof argument === "number") return call.form(argument);
  const { type } = selfOf(call);
  return textForm(type, sizeOfText(type, clearTextIn(argument) ?? ""), false);
}

const size = (form: Form): number => form.size ?? 0;

/** The text with another size, and maybe padding. */
const resized = (call: CheckedCall, characters: number, padded: boolean): Form =>
  textForm(selfOf(call).type, characters, padded);

/** The text with something cut off: zeros follow it, if it has any characters. */
function cut(call: CheckedCall): Form {
  const characters = size(selfOf(call));
  return resized(call, characters, characters > 0);
}

/** The text without a pattern on a side. */
function stripped(call: CheckedCall): Form {
  return size(formAt(call, 1)) === 0 ? selfOf(call) : cut(call);
}

function concatenated(call: CheckedCall): Form[] {
  const [first, second] = [selfOf(call), formAt(call, 1)];
  return [resized(call, size(first) + size(second), first.padded === true || second.padded === true)];
}

function repeated(call: CheckedCall): Form[] {
  const self = selfOf(call);
  const [, number, most] = call.of;
  const copies = Number(typeof number === "number" ? most : number);
  return [
    resized(call, size(self) * copies, copies > 0 && (typeof number === "number" || self.padded === true)),
  ];
}

/**
 * The text with another one in place of a pattern, in so many places at most. (If that is an encrypted number that comes of
 * clear values alone, the library's text is shorter.)
 */
function replaced(call: CheckedCall, limit: Json | undefined): Form[] {
  const [self, from, by] = [selfOf(call), formAt(call, 1), formAt(call, 2)];
  const anywhere = from.padded === true || size(from) === 0;
  const places = anywhere ? size(self) + 1 : Math.floor(size(self) / size(from));
  const most = limit === undefined || typeof limit === "number" ? places : Math.min(places, Number(limit));
  const taken = from.padded === true ? 0 : size(from);
  const characters = size(self) + most * Math.max(0, size(by) - taken);
  return [resized(call, characters, characters > 0)];
}

const pieces = (call: CheckedCall, most: Json): Form[] =>
  Array.from({ length: Number(most) }, () => [cut(call), formOf("FheBool")]).flat();

/** To look for a pattern everywhere; what of it is clear takes less. */
function searching(call: CheckedCall): number {
  const other = call.of[1];
  const length = typeof other === "number" ? size(call.form(other)) : 1;
  return 4 * (size(selfOf(call)) + 1) * (length + 1);
}

/** To move characters by a number that nobody knows. */
const moving = (characters: number): number => 4 * characters * logarithm(characters);

const cutting = (number: (call: CheckedCall) => number): NonNullable<Signature["work"]> => {
  return (call) => searching(call) + number(call) * moving(size(selfOf(call)));
};

const trimming: Partial<Signature> = { work: cutting(() => 1) };

const verdict = (name: string): Signature => method(name, [text, operand], truth, { work: searching });
const place = (name: string): Signature =>
  method(name, [text, operand], gives("FheUint32", "FheBool"), { shape: "several", work: searching });
const replacing = (
  name: string,
  more: readonly Kind[],
  limit: (call: CheckedCall) => Json | undefined,
): Signature => {
  const results = (call: CheckedCall): Form[] => replaced(call, limit(call));
  return method(name, [text, operand, operand, ...more], results, {
    work: (call) => searching(call) + 4 * moving(size(results(call)[0])),
  });
};
const matching = (call: CheckedCall): number =>
  matchingWork(call, digitsOf(selfOf(call)), formFromTable(call, call.of.length - 1));

/** About how many states there are for each character of a pattern, and how many lookups for each of them. */
const automaton = (call: CheckedCall, length: number): number =>
  6 * (size(selfOf(call)) + 1) * Math.min(256, length + 1);

const halves = (name: string): Signature =>
  method(name, [text, operand], (call) => [cut(call), cut(call), formOf("FheBool")], {
    shape: "several",
    work: cutting(() => 2),
  });

/** Methods of handles of texts. */
export const TEXTS: Operations = {
  ...each("eq ne eqIgnoreCase lt le gt ge", (name) =>
    method(name, [text, operand], truth, { work: linear(2) }),
  ),
  ...each("contains startsWith endsWith", verdict),
  ...each("indexOf lastIndexOf", place),
  length: method("length", [text], gives("FheUint16")),
  isEmpty: method("isEmpty", [text], truth),
  ...each("toLowerCase toUpperCase", (name) => method(name, [text], same)),
  ...each("trim trimEnd", (name) => method(name, [text], (call) => [cut(call)], trimming)),
  trimStart: method(
    "trimStart",
    [text],
    (call) => (size(selfOf(call)) === 0 ? same(call) : [cut(call)]),
    trimming,
  ),
  concat: method("concat", [text, operand], concatenated, {
    work: (call) => (selfOf(call).padded === true ? moving(size(concatenated(call)[0])) : 0),
  }),
  repeat: method("repeat", [text, repetitions, kinds.optional(times)], repeated, {
    work: (call) => moving(size(repeated(call)[0])) * logarithm(size(repeated(call)[0])),
  }),
  ...each("stripPrefix stripSuffix", (name) =>
    method(name, [text, operand], (call) => [stripped(call), formOf("FheBool")], {
      shape: "several",
      work: cutting(() => 1),
    }),
  ),
  replaceAll: replacing("replaceAll", [], () => undefined),
  replace: replacing("replace", [], () => "1"),
  replaceUpTo: replacing("replaceUpTo", [count], (call) => call.of[3]),
  split: method(
    "split",
    [
      text,
      operand,
      times,
      options({ fromEnd: flag, pieces: count, separators: word("between", "behind", "inside") }),
    ],
    (call) => pieces(call, call.of[2]),
    { shape: "pairs", work: cutting((call) => Number(call.of[2]) + 1) },
  ),
  splitWhiteSpace: method("splitWhiteSpace", [text, times], (call) => pieces(call, call.of[1]), {
    shape: "pairs",
    work: (call) => (Number(call.of[1]) + 1) * moving(size(selfOf(call))),
  }),
  ...each("splitOnce splitOnceFromEnd", halves),
  matches: method("matches", [text, pattern], truth, {
    work: (call) => automaton(call, (call.of[1] as { source: string }).source.length),
  }),
  like: method("like", [text, likePattern, likeOptions], truth, {
    work: (call) => automaton(call, size(formAt(call, 1))),
  }),
  isPatternOf: method("isPatternOf", [text, operand, likeOptions], truth, {
    work: (call) => automaton(call, size(formAt(call, 1))),
  }),
  matchValue: method(
    "matchValue",
    [text, table(kinds.typeGiven(2)), kinds.tableType],
    (call) => [formFromTable(call, 2), formOf("FheBool")],
    { shape: "several", work: matching },
  ),
  matchValueOr: method(
    "matchValueOr",
    [text, table(kinds.typeGiven(3)), kinds.clear(kinds.typeGiven(3)), kinds.tableType],
    (call) => [formFromTable(call, 3, call.of[2])],
    { work: matching },
  ),
  cast: method("cast", [text, kinds.utf8Type], (call) => [{ ...selfOf(call), type: "FheUtf8String" }]),
};
