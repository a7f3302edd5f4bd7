import fc from "fast-check";
import type { Automaton, Encoding } from "../../src/pattern/automaton.ts";
import { makeAutomaton } from "../../src/pattern/make-automaton.ts";
import { parse } from "../../src/pattern/parse.ts";
import { regexRecognizer } from "../../src/pattern/regex.ts";

/** The automaton of an expression, with as many states as it needs. */
export function automatonOf(source: string, flags: string, encoding: Encoding): Automaton {
  return makeAutomaton(regexRecognizer(parse(source, flags), encoding), encoding, Number.POSITIVE_INFINITY);
}

/** A regular expression as users write it. */
export interface Sample {
  readonly source: string;
  readonly flags: string;
}

const CHARACTERS = "a a b b B 1 _ - \\n \\x61 \\u0062 \\cJ".split(" ");
const CLASSES =
  ". \\d \\D \\w \\W \\s \\S [ab] [^ab] [a-c1] [^\\d_] [\\s\\S] [^] [] [\\b] [A-Z] [^\\W] [\\w-] [^\\n] [aB]".split(
    " ",
  );
const EDGES = ["^", "$", "\\b", "\\B"];
const QUANTIFIERS = "* + ? {0} {1} {2} {0,1} {0,2} {1,3} {2,} {0,} *? +? ?? {1,2}? {2,}?".split(" ");
const OPENINGS = "( (?: (?<name> (?= (?! (?<= (?<!".split(" ");

/** In Unicode expressions alone: there, a brace or a hyphen that means nothing is an error. */
const UNICODE = ["\\u{61}", "\\p{L}", "\\P{Lu}", "[\\p{Nd}a]", "\\p{ASCII}"];
/** In others alone: leftovers of old. */
const LEGACY = [
  "\\a",
  "{",
  "]",
  "\\1",
  "\\08",
  "\\x",
  "\\u{2}",
  "a{,2}",
  "[\\c]",
  "\\c",
  "\\-",
  "[a-\\d]",
  "(?=a)*",
  "(?!b){2}",
];

/** Expressions of all that is supported, as long as they are well-formed: nobody else says whether they are. */
export function expressions(flags: string, more: readonly string[] = []): fc.Arbitrary<Sample> {
  const characters = fc.constantFrom(...CHARACTERS, ...more);
  const classes = fc.constantFrom(...CLASSES, ...(flags.includes("u") ? UNICODE : LEGACY));
  const inside = choices(characters, classes, 4);
  return fc
    .tuple(inside, fc.boolean())
    .map(([source, whole]) => (whole ? `^(?:${source})$` : source))
    .map((source) => {
      let names = 0;
      return { source: source.replaceAll("?<name>", () => `?<name${names++}>`), flags };
    })
    .filter(({ source }) => isWellFormed(source, flags) && !hasReference(source, flags));
}

type Text = fc.Arbitrary<string>;

function choices(characters: Text, classes: Text, depth: number): Text {
  const term = terms(characters, classes, depth);
  const branch = fc.array(term, { maxLength: depth === 4 ? 4 : 2 }).map((parts) => parts.join(""));
  const filled = fc.tuple(term, branch).map((parts) => parts.join(""));
  return fc.oneof(
    { weight: 4, arbitrary: filled },
    { weight: 2, arbitrary: fc.tuple(filled, filled).map((branches) => branches.join("|")) },
    { weight: 1, arbitrary: fc.tuple(filled, branch).map((branches) => branches.join("|")) },
  );
}

function terms(characters: Text, classes: Text, depth: number): Text {
  const simple = [
    { weight: 4, arbitrary: characters },
    { weight: 2, arbitrary: classes },
    { weight: 1, arbitrary: fc.constantFrom(...EDGES) },
  ];
  const groups =
    depth === 0
      ? []
      : [
          {
            weight: 3,
            arbitrary: fc
              .tuple(fc.constantFrom(...OPENINGS), choices(characters, classes, depth - 1))
              .map(([opening, inner]) => `${opening}${inner})`),
          },
        ];
  const repeated = fc
    .tuple(fc.oneof(...simple.slice(0, 2), ...groups), fc.constantFrom(...QUANTIFIERS))
    .map((parts) => parts.join(""));
  return fc.oneof(...simple, ...groups, { weight: 2, arbitrary: repeated });
}

function isWellFormed(source: string, flags: string): boolean {
  try {
    new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
}

/** Whether `\1` is what a group has matched: it is a character where there is no group. */
function hasReference(source: string, flags: string): boolean {
  return source.includes("\\1") && new RegExp(`${source}|`, flags).exec("")!.length > 1;
}

/** All texts of some characters, up to a length. */
export function allTexts(alphabet: readonly string[], most: number): string[] {
  let last = [""];
  const all = [...last];
  for (let length = 1; length <= most; length++) {
    last = last.flatMap((text) => alphabet.map((character) => text + character));
    all.push(...last);
  }
  return all;
}
