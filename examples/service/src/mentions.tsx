import { type FormEvent, useState } from "react";
import type { ServiceConnection } from "tacet-server/client";
import { Outcome } from "./outcome.tsx";
import { mentions } from "./programs.ts";
import { useProgram } from "./use-program.ts";

/** Looks for a word in a message. */
export function Mentions({ connection }: { readonly connection: ServiceConnection | undefined }) {
  const [message, setMessage] = useState("Lunch in Rotterdam?");
  const [word, setWord] = useState("rotterdam");
  const used = useProgram(connection, mentions);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    used.start({ message, word });
  };
  return (
    <section aria-labelledby="mentions">
      <h2 id="mentions">Mentions</h2>
      <form onSubmit={submit}>
        <label>
          Message, encrypted
          <input value={message} maxLength={24} onChange={(event) => setMessage(event.target.value)} />
        </label>
        <label>
          Word, for everybody to see
          <input value={word} maxLength={24} onChange={(event) => setWord(event.target.value)} />
        </label>
        <button type="submit" disabled={connection === undefined}>
          Look for it
        </button>
      </form>
      <Outcome used={used}>{(found) => (found ? "It is there." : "It is not there.")}</Outcome>
    </section>
  );
}
