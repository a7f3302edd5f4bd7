import { parse } from "./pattern/parse.ts";
import { Pattern, type PatternOptions } from "./pattern/pattern.ts";
import { regexRecognizer } from "./pattern/regex.ts";

export type { Pattern, PatternOptions };

/**
 * Compiles a regular expression for searching encrypted texts. It means what it means in JavaScript, except that groups
 * capture nothing; lookahead and lookbehind are included, references to what a group has matched and the flags `v` and `y`
 * are not.
 *
 * Its automata are made when they are first needed; `states` makes the one for ASCII.
 *
 * @throws TypeError for what is no regular expression, and for options that are none; RangeError for one of more than
 *   10,000 characters.
 * @throws PatternError for one that is not well-formed or has what no automaton can do, with its place.
 */
export function compile(expression: RegExp | string, options?: PatternOptions): Pattern {
  return Pattern.compiled(expression, options, (source, flags) => {
    const parsed = parse(source, flags);
    return (encoding) => regexRecognizer(parsed, encoding);
  });
}
