import type { VNode } from "preact";
import { agrees, type ClearCheck, type Disagreement, disagreement } from "../../client/check.ts";
import type { Client, Result } from "../../client/client.ts";
import { bytes, clearValue } from "../format.ts";
import { DownloadIcon } from "../parts/icons.tsx";
import { Problem } from "../parts/problem.tsx";
import { save } from "../parts/save.ts";

/** What came back, decrypted, beside what the same program gives in the clear. */
export function Results({ client }: { client: Client }): VNode | null {
  const results = client.results.value;
  if (results.length === 0) return null;
  const check = client.check.value;
  const differs = disagreement(results, check);
  return (
    <section class="part" aria-labelledby="results-title">
      <h3 id="results-title">
        Results{" "}
        <span class="soft">
          {client.current.value ? "decrypted here" : "of what was run; it has changed since"}
        </span>
      </h3>
      {differs && <Differs {...differs} loaded={client.loaded.value} />}
      <dl class="results">
        {results.map((result) => (
          <ResultLine key={result.name} result={result} check={check} />
        ))}
      </dl>
      {check.kind === "unknown" && (
        <p class="soft">Not checked against the clear computation: {check.reason}.</p>
      )}
    </section>
  );
}

function ResultLine({ result, check }: { result: Result; check: ClearCheck }): VNode {
  const { name, type, bytes: content, value } = result;
  return (
    <div class="result">
      <dt>{name}</dt>
      <dd>
        <strong>{clearValue(value)}</strong> <Verdict result={result} check={check} />
      </dd>
      <dd class="row-actions">
        <button
          type="button"
          class="bare"
          aria-label={`Save ${name}, encrypted, ${bytes(content.length)}`}
          title={`Save ${name}, encrypted: ${type}, ${bytes(content.length)}`}
          onClick={() => save(`${name}.${type}.bin`, content)}
        >
          <DownloadIcon />
        </button>
      </dd>
    </div>
  );
}

interface DiffersProps extends Disagreement {
  /** The inputs that came from files. */
  readonly loaded: readonly string[];
}

/** Says that something is wrong, and what may be. */
function Differs({ different, missing, loaded }: DiffersProps): VNode {
  const causes = ["the encrypted computation or the clear one is wrong"];
  if (loaded.length > 0)
    causes.push(`what was loaded for ${loaded.join(", ")} was encrypted under another key`);
  return (
    <Problem>
      The results are not those of the clear computation.{" "}
      {different.length > 0 && `Different: ${different.join(", ")}. `}
      {missing.length > 0 && `Missing: ${missing.join(", ")}. `}
      {loaded.length > 0 ? "Either " : "So "}
      {causes.join(", or ")}.
    </Problem>
  );
}

function Verdict({ result: { name, value }, check }: { result: Result; check: ClearCheck }): VNode | null {
  if (check.kind !== "known") return null;
  const expected = check.values.get(name);
  if (agrees(value, expected)) return <span class="match">matches the clear computation ✓</span>;
  return (
    <span class="problem">
      the clear computation gives {expected === undefined ? "no such result" : clearValue(expected)} ✗
    </span>
  );
}
