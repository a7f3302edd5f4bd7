import type { ComponentChildren, VNode } from "preact";

/** Says what went wrong, where it did; screen readers say it at once. */
export function Problem({ id, children }: { id?: string; children: ComponentChildren }): VNode {
  return (
    <p class="problem" role="alert" id={id}>
      {children}
    </p>
  );
}
