import { GraphError, TacetError } from "tacet";
import { LimitError, RequestError, SqlError } from "../errors.ts";

/** What the library refuses of bytes is a mistake of who sent them; of noise, that a query is too large. */
export function retold(error: unknown): unknown {
  if (!(error instanceof TacetError) || error instanceof SqlError) return error;
  const { message } = error;
  return error instanceof GraphError
    ? new LimitError(message, { cause: error })
    : new RequestError(message, { cause: error });
}

export function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw retold(error);
  }
}

export async function toldAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw retold(error);
  }
}
