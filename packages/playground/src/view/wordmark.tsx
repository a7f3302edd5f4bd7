import type { VNode } from "preact";

/** The name, after a whole rest: the sign for silence, which hangs from its line. */
export function Wordmark(): VNode {
  return (
    <h1 class="wordmark">
      <svg viewBox="0 0 32 20" width="32" height="20" aria-hidden="true">
        <path d="M0 4h32v2H0zM8 6h16v8H8z" fill="currentColor" />
      </svg>
      <span>
        Tacet <small>playground</small>
      </span>
    </h1>
  );
}
