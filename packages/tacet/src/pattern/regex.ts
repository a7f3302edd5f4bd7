import type { Encoding } from "./automaton.ts";
import { type CodeSet, codesMatching, onlyCode } from "./code-set.ts";
import { Decisions } from "./decisions.ts";
import { ANY, type Characters, type Expression } from "./expression.ts";
import type { Recognizer } from "./make-automaton.ts";
import { Positions } from "./positions.ts";
import { Reader } from "./reader.ts";

/**
 * What recognizes the texts in which an expression matches somewhere.
 *
 * @throws PatternError for an expression that is too large or too complex; its machine throws it as well.
 */
export function regexRecognizer(expression: Expression, encoding: Encoding): Recognizer {
  const decisions = new Decisions();
  const before: Expression = { kind: "repetition", body: ANY, min: 0, max: Number.POSITIVE_INFINITY };
  const parts = beginsText(expression) ? [expression] : [before, expression];
  const positions = new Positions({ kind: "sequence", parts }, decisions);
  return {
    sets: positions.sets.map((characters) => codesOf(characters, encoding, decisions)),
    machineOf: (members) => new Reader(positions, members),
  };
}

/** Whether an expression matches nowhere but at the start of a text, as far as `^` in front of it shows. */
function beginsText(expression: Expression): boolean {
  switch (expression.kind) {
    case "look":
      return expression.direction === "behind" && expression.negative && expression.body === ANY;
    case "choice":
      return expression.options.every(beginsText);
    case "sequence":
      return expression.parts.length > 0 && beginsText(expression.parts[0]);
    default:
      return false;
  }
}

function codesOf(characters: Characters, encoding: Encoding, decisions: Decisions): CodeSet {
  if (characters.kind === "character") return onlyCode(characters.code, encoding);
  const set = codesMatching(characters.source, characters.flags, encoding);
  // About what it takes, compared with other steps.
  decisions.spend(encoding === "ascii" ? 2 ** 7 : 2 ** 12 + 2 ** 6 * set.length);
  return set;
}
