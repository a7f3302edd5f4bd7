import type { ComponentChildren, VNode } from "preact";

interface PartyProps {
  readonly id: string;
  readonly title: string;
  /** What it is and what it knows, in a sentence. */
  readonly summary: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One of the three parties. */
export function Party({ id, title, summary, children }: PartyProps): VNode {
  return (
    <section id={id} class="party" aria-labelledby={`${id}-title`}>
      <header class="party-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{summary}</p>
      </header>
      {children}
    </section>
  );
}
