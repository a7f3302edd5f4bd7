import type { Socket } from "node:net";
import type { ConnectionError } from "fastify";
import { ServiceError } from "../errors.ts";
import { PROBLEM_TYPE } from "./problems.ts";

/** Answers what is no request, or does not arrive in time, on the bare connection: there is no request to answer. */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.problem);
  const reason = problem.problem.title.replace(/[^ -~]/g, "");
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${reason}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
    () => socket.destroy(),
  );
}

function problemOf(code: string | undefined): ServiceError {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new ServiceError("request-timeout", "The request did not arrive in time.");
  }
  if (code === "HPE_HEADER_OVERFLOW") return new ServiceError("too-large", "The headers are too large.");
  return new ServiceError("invalid-request", "This is no HTTP request.");
}
