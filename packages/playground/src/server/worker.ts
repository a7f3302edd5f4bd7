/** The server: a thread of its own, which hears from the client through the wire and nothing else. */
import type { Answer, Report, Request } from "../wire/protocol.ts";
import { Session } from "./session.ts";

const session = new Session((message: Answer | Report) => {
  const transfer = message.kind === "results" ? message.results.map(({ bytes }) => bytes.buffer) : [];
  globalThis.postMessage(message, { transfer });
});
globalThis.onmessage = ({ data }: MessageEvent<Request>) => void session.receive(data);
