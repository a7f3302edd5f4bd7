import type { PatternShape } from "./encoding/shape.ts";
import type { FormBounds } from "./language/hidden-form.ts";
import type { AnswerInfo } from "./plan/answer.ts";
import type { Folding } from "./schema/folding.ts";
import type { Schema } from "./schema/schema.ts";

/** What a server tells clients before they ask. */
export interface ServerInfo {
  readonly schema: Schema;
  readonly folding: Folding;
  /** What queries have in place of their WHERE, if its form is hidden. */
  readonly form: FormBounds | null;
  /** Records that an answer gives at most. */
  readonly records: number;
  /** A hash of all this: requests name it, so that both sides make the same plan. */
  readonly version: string;
  /** The engines that the server has. */
  readonly engines: readonly string[];
}

/** A parameter as the server gets it. */
export type SentParameter = string | null | { readonly secret: true };

/** A query as the server gets it. */
export interface QueryRequest {
  readonly version: string;
  readonly engine: string;
  readonly text: string;
  readonly parameters: readonly SentParameter[];
  readonly shapes: readonly PatternShape[];
  readonly salt: Uint8Array;
  /** Encrypted. */
  readonly flags: Uint8Array;
}

/** The answer to a query with secrets. */
export interface SecretAnswer {
  readonly kind: "secret";
  readonly info: AnswerInfo;
  /** By what records are asked for. */
  readonly ticket: string;
  /** Encrypted. */
  readonly truths: Uint8Array;
  readonly sums: Uint8Array;
}

/** The answer to a query without secrets. */
export interface ClearAnswer {
  readonly kind: "clear";
  readonly names: readonly string[];
  readonly types: readonly number[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export type QueryResponse = SecretAnswer | ClearAnswer;

/** Asks for records of an answer. */
export interface RecordsRequest {
  readonly ticket: string;
  readonly shelf: number;
  /** Encrypted: which. */
  readonly selection: Uint8Array;
}

/** What a client calls a server by: in the same process, or over a network. */
export interface Connection {
  info(): Promise<ServerInfo>;
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryResponse>;
  /** Encrypted records. */
  records(request: RecordsRequest, signal?: AbortSignal): Promise<Uint8Array>;
}
