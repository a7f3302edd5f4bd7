import type { VNode } from "preact";

/** Pictures of a stroke's width; the words beside them, or the button's label, say what they mean. */
function Icon({ path }: { path: string }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export const DownloadIcon = (): VNode => <Icon path="M8 2v8m-3.5-3L8 10.5 11.5 7M2.5 13.5h11" />;
export const LoadIcon = (): VNode => <Icon path="M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11" />;
export const RemoveIcon = (): VNode => <Icon path="m4 4 8 8m0-8-8 8" />;
export const AddIcon = (): VNode => <Icon path="M8 3v10M3 8h10" />;
