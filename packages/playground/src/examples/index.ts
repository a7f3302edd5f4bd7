import type { Program } from "../program/types.ts";
import { auction } from "./auction.ts";
import { multiplication } from "./multiplication.ts";
import { salaries } from "./salaries.ts";
import { vote } from "./vote.ts";

/** A program to begin with. */
export interface Example {
  readonly id: string;
  readonly title: string;
  /** Who learns what, in plain words. */
  readonly description: string;
  readonly program: Program;
}

/** The examples of the page, the simplest first. */
export const examples: readonly Example[] = [salaries, vote, auction, multiplication];
