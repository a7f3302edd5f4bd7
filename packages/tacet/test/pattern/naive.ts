import { type AST, RegExpParser } from "@eslint-community/regexpp";

/**
 * Whether a regular expression matches somewhere in a text, by the definition: from which places each part of it leads to
 * which. It knows no flags within groups. (V8 is no judge by itself: it takes `/[^]*?a^|/` to match no text, although
 * that matches all, and looks for empty matches between the halves of surrogate pairs.)
 */
export function matches(source: string, flags: string, text: string): boolean {
  const unicode = flags.includes("u");
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode });
  return new Matcher(flags, unicode ? [...text] : text.split("")).anywhere(pattern);
}

type Places = ReadonlySet<number>;

class Matcher {
  readonly #flags: string;
  readonly #text: readonly string[];

  constructor(flags: string, text: readonly string[]) {
    this.#flags = flags;
    this.#text = text;
  }

  anywhere(pattern: AST.Pattern): boolean {
    return this.#choice(pattern.alternatives, new Set([...this.#text.keys(), this.#text.length])).size > 0;
  }

  #choice(alternatives: readonly AST.Alternative[], from: Places): Places {
    const sequence = ({ elements }: AST.Alternative): Places =>
      elements.reduce<Places>((places, element) => this.#from(element, places), from);
    return new Set(alternatives.flatMap((alternative) => [...sequence(alternative)]));
  }

  #from(node: AST.Element, from: Places): Places {
    switch (node.type) {
      case "Group":
      case "CapturingGroup":
        return this.#choice(node.alternatives, from);
      case "Quantifier":
        return this.#repeated(node, from);
      case "Assertion":
        return new Set([...from].filter((place) => this.#holds(node, place)));
      case "Character": {
        const code = node.value.toString(16).padStart(4, "0");
        return this.#behind(this.#flags.includes("u") ? `\\u{${code}}` : `\\u${code}`, from);
      }
      default:
        return this.#behind(node.raw, from);
    }
  }

  #behind(source: string, from: Places): Places {
    return new Set([...from].filter((place) => this.#is(source, place)).map((place) => place + 1));
  }

  #repeated({ element, min, max }: AST.Quantifier, from: Places): Places {
    let last = from;
    for (let i = 0; i < min; i++) last = this.#from(element, last);
    const all = new Set(last);
    for (let i = min; i < max && last.size > 0; i++) {
      last = new Set([...this.#from(element, last)].filter((place) => !all.has(place)));
      for (const place of last) all.add(place);
    }
    return all;
  }

  #holds(node: AST.Assertion, place: number): boolean {
    switch (node.kind) {
      case "start":
        return place === 0 || (this.#flags.includes("m") && this.#is("[\\n\\r\\u2028\\u2029]", place - 1));
      case "end": {
        const atEnd = place === this.#text.length;
        return atEnd || (this.#flags.includes("m") && this.#is("[\\n\\r\\u2028\\u2029]", place));
      }
      case "word":
        return (this.#is("\\w", place - 1) !== this.#is("\\w", place)) !== node.negate;
      case "lookahead":
        return this.#choice(node.alternatives, new Set([place])).size > 0 !== node.negate;
      case "lookbehind": {
        const starts = [...this.#text.keys(), this.#text.length];
        const found = starts.some((start) => this.#choice(node.alternatives, new Set([start])).has(place));
        return found !== node.negate;
      }
    }
  }

  /** Whether there is a character at a place, of those that an expression matches. */
  #is(source: string, place: number): boolean {
    const character = this.#text[place];
    const flags = this.#flags.replace(/[^ius]/g, "");
    return character !== undefined && new RegExp(`^(?:${source})$`, flags).test(character);
  }
}
