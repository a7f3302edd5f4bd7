import { type AST, RegExpParser, RegExpSyntaxError } from "@eslint-community/regexpp";
import { PatternError } from "../errors.ts";
import { ANY, type Expression, type MatchingCharacters } from "./expression.ts";
import { checkPatternLength } from "./length.ts";

/** Most groups inside each other: parsers call themselves for each. */
const MOST_NESTED = 100;

/** What is refused of flags, and why. */
const REFUSED_FLAGS: Readonly<Record<string, string>> = {
  v: "the flag v is not supported: the flag u is",
  y: "the flag y means nothing where a whole text is searched: ^ ties a match to the beginning",
};

/** The flags that hold at a place: groups may change them. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly unicode: boolean;
}

/**
 * What a regular expression of JavaScript means.
 *
 * @throws PatternError for what is none, what is refused of it, and what is nested too deep; RangeError for one that is too
 *   long.
 */
export function parse(source: string, flags: string): Expression {
  checkPatternLength(source);
  checkFlags(flags);
  checkNesting(source);
  const unicode = flags.includes("u");
  const pattern = parsed(source, unicode);
  checkPlatform(source, flags);
  return alternatives(pattern, {
    ignoreCase: flags.includes("i"),
    multiline: flags.includes("m"),
    dotAll: flags.includes("s"),
    unicode,
  });
}

function checkFlags(flags: string): void {
  checkPlatform("", flags);
  const refused = Object.keys(REFUSED_FLAGS).find((flag) => flags.includes(flag));
  if (refused !== undefined) throw new PatternError(REFUSED_FLAGS[refused]);
}

/** What the parser takes and the platform does not is too new for it. */
function checkPlatform(source: string, flags: string): void {
  try {
    new RegExp(source, flags);
  } catch (error) {
    throw new PatternError((error as Error).message);
  }
}

function checkNesting(source: string): void {
  let depth = 0;
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === "\\") i++;
    else if (inClass) inClass = character !== "]";
    else if (character === "[") inClass = true;
    else if (character === ")") depth--;
    else if (character === "(" && ++depth > MOST_NESTED) {
      throw new PatternError(`more than ${MOST_NESTED} groups are inside each other`, i);
    }
  }
}

function parsed(source: string, unicode: boolean): AST.Pattern {
  try {
    return new RegExpParser().parsePattern(source, 0, source.length, { unicode });
  } catch (error) {
    if (error instanceof RegExpSyntaxError) throw new PatternError(error.message, error.index);
    throw error;
  }
}

function alternatives(
  { alternatives }: { readonly alternatives: AST.Alternative[] },
  flags: Flags,
): Expression {
  return {
    kind: "choice",
    options: alternatives.map(({ elements }) => ({
      kind: "sequence",
      parts: elements.map((element) => expressionOf(element, flags)),
    })),
  };
}

function expressionOf(node: AST.Element, flags: Flags): Expression {
  switch (node.type) {
    case "Character":
      return flags.ignoreCase ? matching(escaped(node.value, flags), flags) : character(node.value);
    case "CharacterClass":
    case "CharacterSet":
      return matching(node.raw, flags);
    case "Group":
      return alternatives(node, withModifiers(flags, node.modifiers));
    case "CapturingGroup":
      return alternatives(node, flags);
    case "Quantifier": {
      const { min, max } = node;
      return { kind: "repetition", body: expressionOf(node.element, flags), min, max };
    }
    case "Assertion":
      return assertion(node, flags);
    case "Backreference":
      throw new PatternError("no automaton can compare with what a group has matched", node.start);
    case "ExpressionCharacterClass":
      throw new PatternError(REFUSED_FLAGS.v!, node.start);
  }
}

function assertion(node: AST.Assertion, flags: Flags): Expression {
  switch (node.kind) {
    case "start":
      return look("behind", true, inside(flags));
    case "end":
      return look("ahead", true, inside(flags));
    case "word":
      return wordBoundary(node.negate, flags);
    case "lookahead":
      return look("ahead", node.negate, alternatives(node, flags));
    case "lookbehind":
      return look("behind", node.negate, alternatives(node, flags));
  }
}

/** Whether one neighbour is part of a word and the other is not; or both are, or neither. */
function wordBoundary(negative: boolean, flags: Flags): Expression {
  const word = matching("\\w", flags);
  const sides = [true, false].map((inWord): Expression => {
    const parts = [look("behind", !inWord, word), look("ahead", inWord !== negative, word)];
    return { kind: "sequence", parts };
  });
  return { kind: "choice", options: sides };
}

function look(direction: "ahead" | "behind", negative: boolean, body: Expression): Expression {
  return { kind: "look", direction, negative, body };
}

function withModifiers(flags: Flags, modifiers: AST.Modifiers | null): Flags {
  if (modifiers === null) return flags;
  const { add, remove } = modifiers;
  const changed = (name: "ignoreCase" | "multiline" | "dotAll"): boolean =>
    add[name] || (flags[name] && !remove?.[name]);
  return {
    ...flags,
    ignoreCase: changed("ignoreCase"),
    multiline: changed("multiline"),
    dotAll: changed("dotAll"),
  };
}

/** What does not stand at the edge of a text, or of a line. */
function inside({ multiline }: Flags): MatchingCharacters {
  return multiline ? { kind: "characters", source: ".", flags: "u" } : ANY;
}

function character(code: number): Expression {
  return { kind: "character", code };
}

function escaped(code: number, { unicode }: Flags): string {
  return unicode ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

function matching(source: string, { ignoreCase, dotAll, unicode }: Flags): MatchingCharacters {
  const flags = [ignoreCase ? "i" : "", dotAll ? "s" : "", unicode ? "u" : ""].join("");
  return { kind: "characters", source, flags };
}
