import type { Tree } from "./tree.ts";

/** What is to be computed. */
export interface JobRequest {
  /** Hash or name of a program. */
  readonly program: string;
  /** Hash of the server key. */
  readonly serverKey: string;
  /** Hashes of the inputs. */
  readonly inputs: Readonly<Record<string, Tree<string>>>;
  /** Clear ones. */
  readonly parameters?: unknown;
}
