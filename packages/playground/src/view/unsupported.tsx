import type { VNode } from "preact";

/** For browsers that cannot compute here. */
export function Unsupported(): VNode {
  return (
    <main class="notice">
      <h1>Tacet playground</h1>
      <p>
        This browser is too old for this page, which computes with WebAssembly on vectors (SIMD). It takes
        Chrome or Edge from version 123 on, Firefox from 120, or Safari from 17.5.
      </p>
    </main>
  );
}
