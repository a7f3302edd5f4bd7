import type { VNode } from "preact";
import type { Message } from "../../wire/message.ts";
import { bytes, duration } from "../format.ts";

interface MessageListProps {
  readonly messages: readonly Message[];
  readonly shown: Message | undefined;
  readonly onChoose: (message: Message) => void;
}

/** What went over the wire, the latest first. */
export function MessageList({ messages, shown, onChoose }: MessageListProps): VNode {
  return (
    <ol class="messages" reversed aria-labelledby="messages-title">
      {messages.map((message) => (
        <li key={message.id}>
          <button
            type="button"
            class="message"
            aria-pressed={message === shown}
            onClick={() => onChoose(message)}
          >
            <span class="direction" role="img" aria-label={message.direction}>
              {message.direction === "to server" ? "→" : "←"}
            </span>
            <span class="what">{message.label}</span>
            <span class="size">{bytes(message.size)}</span>
            <span class="time">{duration(message.time)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
