import type { Page } from "playwright-core";

interface Spied {
  sent: Uint8Array[];
}

/** Has a page write down all that it sends to workers, before they get it. To be called before it is opened. */
export async function spyOnWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const spied = globalThis as unknown as Spied;
    spied.sent = [];
    const note = (value: unknown): void => {
      if (value instanceof ArrayBuffer) spied.sent.push(new Uint8Array(value.slice(0)));
      else if (ArrayBuffer.isView(value))
        note(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
      else if (typeof value === "string") spied.sent.push(new TextEncoder().encode(value));
      else if (typeof value === "object" && value !== null) {
        for (const one of value instanceof Map ? [...value].flat() : Object.values(value)) note(one);
      }
    };
    const original = Worker.prototype.postMessage as (...args: unknown[]) => void;
    Worker.prototype.postMessage = function (...args: unknown[]) {
      note(args[0]);
      return original.apply(this, args);
    };
  });
}

/** All bytes that a page has sent to workers. */
export async function sentBytes(page: Page): Promise<Buffer> {
  const text = await page.evaluate(async () => {
    const blob = new Blob((globalThis as unknown as Spied).sent as Uint8Array<ArrayBuffer>[]);
    const reader = new FileReader();
    return new Promise<string>((resolve) => {
      reader.onload = () => resolve(reader.result as string);
      reader.readAsDataURL(blob);
    });
  });
  return Buffer.from(text.slice(text.indexOf(",") + 1), "base64");
}
