import "./styles/index.css";
import { render } from "preact";
import { Client } from "./client/client.ts";
import { examples } from "./examples/index.ts";
import { isSupported } from "./platform.ts";
import { announceEvents } from "./view/announcements.ts";
import { App } from "./view/app.tsx";
import { Unsupported } from "./view/unsupported.tsx";

const page = document.getElementById("page")!;

if (isSupported()) {
  const client = new Client(
    () => new Worker(new URL("./server/worker.ts", import.meta.url), { type: "module", name: "server" }),
  );
  client.show(examples[0]!);
  render(<App client={client} />, page);
  announceEvents(client);
  setTimeout(() => void client.makeKeys()); // in a task of its own, before which the page can be drawn
} else {
  render(<Unsupported />, page);
}
