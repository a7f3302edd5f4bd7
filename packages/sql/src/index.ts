export {
  type ConnectOptions,
  connect,
  type QueryExplanation,
  type QueryOptions,
  type SecretDatabase,
} from "./client/connect.ts";
export type { Result, ResultField, ResultValue } from "./client/result.ts";
export { type ParameterValue, Secret, secret } from "./client/secret.ts";
export { clearEngine } from "./engine/clear.ts";
export type { ClientEngine, EngineName, Evaluation, ServerEngine } from "./engine/engine.ts";
export type { AllOrAny, Job, Order, Range, Sum, Truth } from "./engine/job.ts";
export {
  ConstantError,
  DataError,
  LimitError,
  type Place,
  QueryError,
  RequestError,
  SchemaError,
  SqlError,
  StaleSchemaError,
} from "./errors.ts";
export { type HttpOptions, httpConnection } from "./http/connection.ts";
export type { FormBounds } from "./language/hidden-form.ts";
export { type HiddenConstants, hideConstants } from "./language/hide-constants.ts";
export { loadParser } from "./language/parse.ts";
export type { Schema, Table } from "./schema/schema.ts";
export {
  boolean,
  type ColumnType,
  type DictionaryType,
  date,
  decimal,
  dictionary,
  type IntegerOptions,
  integer,
  type TextOptions,
  type TextType,
  text,
  timestamp,
  uuid,
} from "./schema/types.ts";
export { type EncryptedSqlOptions, encryptedSql } from "./server/encrypted-sql.ts";
export { DEFAULT_LIMITS, type Limits } from "./server/limits.ts";
export type { Connection, QueryRequest, QueryResponse, RecordsRequest, ServerInfo } from "./wire.ts";
