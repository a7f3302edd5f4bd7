export { sha256 } from "./blobs.ts";
export {
  type Bytes,
  Connection,
  type ConnectOptions,
  type Estimate,
  type Prepared,
  type RunnableProgram,
  type RunOptions,
} from "./connection.ts";
export { ServiceProblem, UnreachableError } from "./problem.ts";

import { Connection, type ConnectOptions } from "./connection.ts";

/** Connects to a service. Nothing is sent before a program is run. */
export function connect<Key>(url: string | URL, options: ConnectOptions<Key>): Connection<Key> {
  return new Connection(url, options);
}
