import { describe } from "../../../opaque.ts";
import { checkFlag, checkOptions, type OptionNames } from "../../../options.ts";
import type { Width } from "../../../wire/core/types.ts";
import type { FheUint } from "../../values/fhe-uint.ts";
import type { Handle } from "./handle.ts";

/** What is a piece of a text. */
export interface SplitOptions {
  /** Whether to look for separators from the end, and to give the last piece first. (TFHE-rs: `rsplit`.) */
  readonly fromEnd?: boolean | undefined;
  /**
   * Into how many pieces to split at most, the last one being all that is left: a number, or an encrypted one. (TFHE-rs:
   * `splitn`.) It goes with separators between pieces.
   */
  readonly pieces?: number | Handle<FheUint<Width>> | undefined;
  /**
   * Where separators are: between pieces, unless given; or behind each one, so that there is no empty piece at the end
   * (TFHE-rs: `split_terminator`); or inside, at the end of each piece but maybe the last (TFHE-rs: `split_inclusive`), which
   * does not go with `fromEnd`.
   */
  readonly separators?: "between" | "behind" | "inside" | undefined;
}

const NAMES: OptionNames<SplitOptions> = { fromEnd: true, pieces: true, separators: true };

/**
 * Options with what is left out. The number of pieces is left to whoever takes it in.
 *
 * @throws TypeError for what are no options, or exclude each other.
 */
export function splitOptions(options: SplitOptions): {
  fromEnd: boolean;
  pieces: SplitOptions["pieces"];
  separators: "between" | "behind" | "inside";
} {
  const { fromEnd = false, separators = "between", pieces } = checkOptions(options, NAMES);
  checkFlag("fromEnd", fromEnd);
  if (!["between", "behind", "inside"].includes(separators)) {
    throw new TypeError(`separators are "between", "behind" or "inside", not ${describe(separators)}`);
  }
  if (separators === "inside" && fromEnd) {
    throw new TypeError("separators inside pieces are at their ends, which fromEnd does not look for");
  }
  if (separators !== "between" && pieces !== undefined) {
    throw new TypeError("a number of pieces goes with separators between them");
  }
  return { fromEnd, pieces, separators };
}
