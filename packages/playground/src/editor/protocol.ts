import type { Input } from "../program/types.ts";

/*
 * What the page and the language worker tell each other. Places in a program are counted in UTF-16 units from 0.
 */

/** What the language knows of an input. Its value stays on the page. */
export type Declaration = Pick<Input, "name" | "type">;

/** A program without the values of its inputs. */
export interface Source {
  readonly inputs: readonly Declaration[];
  readonly text: string;
}

/** Something that is wrong with a program. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** What is known about a name. */
export interface Description {
  /** Its declaration, as TypeScript would write it. */
  readonly signature: string;
  /** Its doc comment. */
  readonly documentation: string;
}

/** A name that could be written at a place. */
export interface Suggestion {
  readonly name: string;
  /** What it names, in TypeScript's terms: "method", "const"… */
  readonly kind: string;
  /** Whether it belongs to the library or to the program rather than to JavaScript. */
  readonly near: boolean;
}

/** A description, and the part of the program that it is of. */
export interface Hover extends Description {
  readonly start: number;
  readonly end: number;
}
