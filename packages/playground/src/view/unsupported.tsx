import type { VNode } from "preact";

/** For browsers that cannot compute here. */
export function Unsupported(): VNode {
  return (
    <main class="notice">
      <h1>Tacet playground</h1>
      <p>
        This page computes with WebAssembly on vectors (SIMD), which this browser does not offer. Chrome and
        Edge do from version 91 on, Firefox from 89, and Safari from 16.4.
      </p>
    </main>
  );
}
