import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Keys } from "../../client/keys.ts";
import { save } from "../parts/save.ts";

/** Asks before the secret key is saved. */
export function SaveKeyDialog({ keys, onClose }: { keys: Keys; onClose: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const refusal = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    refusal.current?.focus(); // Enter alone saves no secret
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="save-key-title" onClose={onClose}>
      <h3 id="save-key-title">Save the secret key?</h3>
      <p>
        Whoever has this file can read everything that was encrypted under this key, and everything that was
        computed from it. Keep it as you keep a password.
      </p>
      <div class="actions">
        <button
          type="button"
          onClick={() => {
            save("client.key", keys.client.serialize());
            dialog.current?.close();
          }}
        >
          Save the secret key
        </button>
        <button ref={refusal} type="button" class="quiet" onClick={() => dialog.current?.close()}>
          Do not save
        </button>
      </div>
    </dialog>
  );
}
