import type { VNode } from "preact";
import type { ClearCheck } from "../../client/check.ts";
import type { Client, Result } from "../../client/client.ts";
import { bytes, clearValue } from "../format.ts";
import { DownloadIcon } from "../parts/icons.tsx";
import { save } from "../parts/save.ts";

/** What came back, decrypted, beside what the same program gives in the clear. */
export function Results({ client }: { client: Client }): VNode | null {
  const results = client.results.value;
  if (results.length === 0) return null;
  const check = client.check.value;
  return (
    <section class="part" aria-labelledby="results-title">
      <h3 id="results-title">
        Results{" "}
        <span class="soft">
          {client.current.value ? "decrypted here" : "of what was run; it has changed since"}
        </span>
      </h3>
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

function Verdict({ result: { name, value }, check }: { result: Result; check: ClearCheck }): VNode | null {
  if (check.kind !== "known") return null;
  const expected = check.values.get(name);
  if (expected === undefined) return null;
  // One side may be a number where the other is a bigint.
  if (String(expected) === String(value)) return <span class="match">matches the clear computation ✓</span>;
  return <span class="problem">the clear computation gives {clearValue(expected)} ✗</span>;
}
