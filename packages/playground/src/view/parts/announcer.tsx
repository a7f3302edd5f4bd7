import { signal } from "@preact/signals";
import type { VNode } from "preact";

const latest = signal("");

/** Has screen readers say something, when they have said what they are at. The same again is not said again. */
export function announce(text: string): void {
  latest.value = text;
}

/** Where screen readers find what is announced. */
export function Announcer(): VNode {
  return (
    <p class="unseen" role="status">
      {latest}
    </p>
  );
}
