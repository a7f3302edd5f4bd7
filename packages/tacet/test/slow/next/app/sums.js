import { add } from "./add.js";
import { InThePage } from "./in-the-page.js";

/** A sum that the server computes for each request, and one that the page computes. */
export async function Sums() {
  return (
    <main>
      <p id="on-the-server">{await add(20, 3)}</p>
      <InThePage />
    </main>
  );
}
