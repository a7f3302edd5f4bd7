import { Constants } from "../encoding/constants.ts";
import { type Analysis, analyze } from "../language/analyze.ts";
import { hideWhere } from "../language/fill-form.ts";
import type { ServerInfo } from "../wire.ts";
import { type Parameters, parametersOf } from "./parameters.ts";
import type { ParameterValue, Secret } from "./secret.ts";

/** A query before anything is encrypted. */
export interface PreparedQuery {
  readonly analysis: Analysis;
  /** What the server gets: without WHERE, if its form is hidden. */
  readonly text: string;
  /** The parameters of that. */
  readonly parameters: Parameters;
  /** What is encoded. */
  readonly constants: Constants;
}

/** @throws QueryError, ConstantError */
export function prepareQuery(
  { schema, form }: ServerInfo,
  text: string,
  given: readonly (ParameterValue | Secret)[],
): PreparedQuery {
  const all = parametersOf(given, form !== null);
  if (form === null) {
    const analysis = analyze(text, schema, all.secrets);
    return { analysis, text, parameters: all, constants: new Constants(all.own) };
  }
  const hidden = hideWhere(text, schema, all.secrets, given.length, form);
  const parameters = parametersOf(hidden.parameters.map((number) => given[number - 1]!));
  return {
    analysis: { kind: "plan", plan: hidden.plan },
    text: hidden.text,
    parameters,
    constants: new Constants([...all.own, ...hidden.constants]),
  };
}
