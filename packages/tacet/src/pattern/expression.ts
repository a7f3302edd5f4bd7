/** A regular expression, as far as it matters to whether a text matches. */
export type Expression = Characters | Sequence | Choice | Repetition | Look;

/** One character. */
export type Characters = OneCharacter | MatchingCharacters;

export interface OneCharacter {
  readonly kind: "character";
  readonly code: number;
}

/** One character of those that match an expression in JavaScript's syntax. */
export interface MatchingCharacters {
  readonly kind: "characters";
  readonly source: string;
  /** Those of `i`, `s` and `u` that hold here. */
  readonly flags: string;
}

/** Any character. */
export const ANY: MatchingCharacters = { kind: "characters", source: "[^]", flags: "u" };

export interface Sequence {
  readonly kind: "sequence";
  readonly parts: readonly Expression[];
}

export interface Choice {
  readonly kind: "choice";
  readonly options: readonly Expression[];
}

export interface Repetition {
  readonly kind: "repetition";
  readonly body: Expression;
  readonly min: number;
  readonly max: number;
}

/** Whether what follows begins with something, or what comes before ends with it. */
export interface Look {
  readonly kind: "look";
  readonly direction: "ahead" | "behind";
  readonly negative: boolean;
  readonly body: Expression;
}
