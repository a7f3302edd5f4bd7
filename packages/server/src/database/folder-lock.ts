import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Longer names of sockets are cut short by some systems. */
const LONGEST_NAME = 100;

/** Held until it is released or the process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Sees to it that one process at a time uses a folder. The lock is a socket on which the process listens: unlike a file
 * with the number of a process, it cannot outlive the process, nor be taken for that of another with the same number.
 *
 * @throws Error if another process has the lock.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const name = socketName(folder);
  for (let attempt = 0; ; attempt++) {
    const server = await listen(name);
    if (server !== undefined) return { release: () => close(server) };
    if (attempt > 0 || (await answers(name))) {
      throw new Error(`the folder ${folder} is in use by another process of the service`);
    }
    await rm(name, { force: true }); // left by a process that was killed
  }
}

function socketName(folder: string): string {
  const inside = join(resolve(folder), "lock.socket");
  const hash = createHash("sha256").update(inside).digest("hex").slice(0, 32);
  if (process.platform === "win32") return `\\\\.\\pipe\\tacet-${hash}`;
  return inside.length <= LONGEST_NAME ? inside : join(tmpdir(), `tacet-${hash}.socket`);
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(name);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
