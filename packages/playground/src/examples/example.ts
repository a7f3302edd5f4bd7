import type { Program } from "../program/types.ts";

/** A program to begin with. */
export interface Example {
  readonly id: string;
  readonly title: string;
  /** Who learns what, in plain words. */
  readonly description: string;
  readonly program: Program;
}
