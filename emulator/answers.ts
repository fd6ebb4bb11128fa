import type { FastifyReply } from 'fastify';
import { encodedAnswer } from './encoding.ts';
import { failureEnvelope, UPSTREAM_MARK } from './failures.ts';
import type { CannedAnswer, Disruption, Encoding } from './faults.ts';

/** A finished answer of the platform. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  /** JSON by default. */
  readonly contentType?: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Carries out the faults that keep a call from being handled; false when the call goes on. */
export function disruptBefore(reply: FastifyReply, fault: Disruption): boolean {
  switch (fault.kind) {
    case 'drop':
      abandon(reply);
      return true;
    case 'hang':
      reply.hijack();
      return true;
    case 'status':
      sendStatus(reply, fault);
      return true;
    case 'invalidJson':
      sendJson(reply, 200, `{"projects":[{"projectName":"${UPSTREAM_MARK}`);
      return true;
    case 'errorWith200':
      sendJson(reply, 200, JSON.stringify(envelopeB(fault.code ?? 1102)));
      return true;
    case 'answer':
      if (fault.applied) return false;
      sendCanned(reply, fault);
      return true;
    case 'loseAnswer':
    case 'truncate':
    case 'encode':
      return false;
  }
}

/** Sends the answer, unless a fault takes it away, or a part of it. */
export function deliver(reply: FastifyReply, answer: Answer, fault: Disruption | undefined): void {
  if (fault?.kind === 'loseAnswer') abandon(reply);
  else if (fault?.kind === 'truncate') truncate(reply, answer);
  else if (fault?.kind === 'answer') sendCanned(reply, { ...fault, body: fault.body ?? String(answer.body) });
  else if (fault?.kind === 'encode') sendEncoded(reply, answer, fault);
  else send(reply, answer);
}

function send(reply: FastifyReply, { status, body, contentType = JSON_TYPE }: Answer): void {
  reply.code(status).header('content-type', contentType).send(body);
}

function sendEncoded(reply: FastifyReply, answer: Answer, fault: Encoding): void {
  const { bytes, label } = encodedAnswer(answer.body, fault);
  if (label !== undefined) reply.header('content-encoding', label);
  send(reply, { ...answer, body: bytes });
}

function sendCanned(reply: FastifyReply, { status = 200, headers = {}, body = '' }: CannedAnswer): void {
  const isText = typeof body === 'string';
  reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .headers(headers)
    .send(isText ? body : JSON.stringify(body));
}

function sendJson(reply: FastifyReply, status: number, body: Buffer | string): void {
  reply.code(status).header('content-type', JSON_TYPE).send(body);
}

function sendStatus(reply: FastifyReply, fault: Extract<Disruption, { kind: 'status' }>): void {
  if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
  if (fault.id !== undefined) {
    const envelope = failureEnvelope(fault.id, `Injected failure [${UPSTREAM_MARK}]`);
    sendJson(reply, fault.status, JSON.stringify(envelope));
    return;
  }
  reply.code(fault.status).header('content-type', 'text/plain').send(`gateway says no [${UPSTREAM_MARK}]`);
}

/** Envelope B of platform-api.md section 3.1. */
function envelopeB(code: number): object {
  return { error: { code, message: `Request failed [${UPSTREAM_MARK}]` }, status: 'failed', success: false, text: '' };
}

function abandon(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.destroy();
}

function truncate(reply: FastifyReply, { status, body }: Answer): void {
  reply.hijack();
  reply.raw.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': body.length });
  reply.raw.write(body.subarray(0, Math.floor(body.length / 2)), () => reply.raw.destroy());
}
