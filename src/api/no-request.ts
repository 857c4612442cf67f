import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { bodyOf, PROBLEM_TYPE, ProblemError } from './problem.js';
import { cannotBeDone, pathOf, type Ways } from './ways.js';

const REASONS: Readonly<Record<number, string>> = {
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};
/** How a request begins. */
const FIRST_LINE = /^([A-Z-]{1,30}) (\/\S{0,2000}) HTTP\/1/;

/** Answers what is no HTTP, takes too long to be, or has a method that HTTP servers do not know. */
export function answerNoRequest(ways: Ways) {
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { problem, allow } = whatIsWrong(error, ways);
    const body = JSON.stringify(bodyOf(problem));
    socket.end(
      `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}\r\nConnection: close\r\n` +
        (allow ? `Allow: ${allow}\r\n` : '') +
        `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
}

function whatIsWrong(
  { code, rawPacket }: ConnectionError,
  ways: Ways,
): { readonly problem: ProblemError; readonly allow?: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { problem: new ProblemError('timeout', 'The request did not arrive in time.') };
  if (code === 'HPE_HEADER_OVERFLOW')
    return { problem: new ProblemError('headers-too-large', 'The headers of the request are too large.') };
  if (code === 'HPE_INVALID_METHOD') {
    const [, method, url] = FIRST_LINE.exec(textOf(rawPacket)) ?? [];
    const allow = url ? ways.at(pathOf(url)) : '';
    if (method && url && allow) return { problem: cannotBeDone(method, pathOf(url)), allow };
  }
  return { problem: new ProblemError('invalid-request', 'That is no request of HTTP/1.1.') };
}

/** @param packet as node has it; absent for some errors */
function textOf(packet: unknown): string {
  return packet instanceof Uint8Array ? Buffer.from(packet).toString('latin1') : '';
}
