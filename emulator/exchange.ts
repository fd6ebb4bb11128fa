import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { grantFor } from './access.ts';
import { type Answer, deliver, disruptBefore } from './answers.ts';
import { type Call, type Route, routeName } from './call.ts';
import { type Credential, credentialOf, singleHeader } from './credentials.ts';
import { failureEnvelope, PlainFailure, PlatformFailure, statusOf } from './failures.ts';
import type { FaultPlan } from './faults.ts';
import { parseMembers } from './members.ts';
import { type EmulatorSettings, OPTIONS } from './options.ts';
import type { Platform } from './platform.ts';
import { type RefusalForm, readForm } from './refusals.ts';
import type { Traffic } from './traffic.ts';
import { toJson } from './wire.ts';

/** Everything that one emulator holds. */
export interface Machine {
  readonly settings: EmulatorSettings;
  readonly platform: Platform;
  readonly faults: FaultPlan;
  readonly traffic: Traffic;
  latencyMs: number;
  answersTogether: boolean;
}

/** What a request asks for: a route, or the way in which it misses one. */
export type Target = Route | { readonly name: string; readonly failure: 404 | 405 };

/** One request from arrival to answer: count, delay, disrupt, handle, deliver. */
export async function serve(machine: Machine, target: Target, request: FastifyRequest, reply: FastifyReply) {
  const { platform, faults, traffic } = machine;
  const credential = credentialOf(platform, request.headers);
  const name = 'failure' in target ? target.name : routeName(target);
  reply.raw.once('close', traffic.arrived(name, credential));
  const { latencyMs, disruption } = faults.take(name, () => projectsConcerned(platform, credential, request));
  const wait = machine.latencyMs + latencyMs;
  if (wait > 0) await delay(wait, undefined, { ref: false });
  if (machine.answersTogether) await traffic.quiet();
  if (disruption && disruptBefore(reply, disruption)) return reply;
  deliver(reply, answerTo(machine, target, credential, request), disruption);
  return reply;
}

function answerTo({ platform, settings }: Machine, target: Target, credential: Credential, request: FastifyRequest) {
  const success = 'creates' in target ? settings.createdStatus : 200;
  return answerOf(settings, success, () => {
    if ('failure' in target) throw new PlatformFailure(target.failure);
    const grant = grantFor(credential, target.accepts, request.headers, settings);
    const call: Call = {
      platform,
      settings,
      grant,
      id: pathPart(request, 'id'),
      part: (name) => pathPart(request, name),
      targetProjectId: singleHeader(request.headers, 'project-id'),
      targetOrganizationId: singleHeader(request.headers, 'organization-id'),
      header: (name) => singleHeader(request.headers, name),
      query: (name) => queryMember(request, name),
      members: () => parseMembers(request.body),
    };
    return target.answer(call);
  });
}

function answerOf(settings: EmulatorSettings, success: number, handle: () => object | Buffer): Answer {
  try {
    const value = handle();
    return { status: success, body: Buffer.isBuffer(value) ? value : toJson(value, settings.nullMembers) };
  } catch (error) {
    return failureAnswer(settings, error);
  }
}

/** A refusal in its envelope; anything else that was thrown is a mistake in the emulator itself. */
export function failureAnswer(settings: EmulatorSettings, error: unknown): Answer {
  if (error instanceof PlainFailure) return { status: error.status, body: toJson({ error: error.message }, false) };
  const failure = error instanceof PlatformFailure ? error : new PlatformFailure(500, String(error));
  const form = failure.told && settings[failure.told];
  // What it is at first is the usual answer, which the strict-documentation mode may change.
  if (form && form !== 'accepted' && form !== OPTIONS[failure.told].initial) return toldAs(form, failure.message);
  const body = toJson(failureEnvelope(failure.id, failure.message), settings.nullMembers);
  return { status: statusOf(failure.id, settings.strict400), body };
}

function toldAs(form: RefusalForm, message: string): Answer {
  const { status, id, isEmpty } = readForm(form);
  if (id !== null) return { status, body: toJson(failureEnvelope(id, message), false) };
  return { status, body: Buffer.from(isEmpty ? '' : message), contentType: 'text/plain' };
}

/** The projects that a fault with `project` compares with. */
function projectsConcerned(platform: Platform, credential: Credential, request: FastifyRequest): ReadonlySet<string> {
  const id = pathPart(request, 'id');
  const named = [
    id,
    pathPart(request, 'project'),
    singleHeader(request.headers, 'project-id'),
    singleHeader(request.headers, 'projectid'),
  ];
  const owners = [
    platform.findToken(id)?.project.id,
    credential.kind === 'project' ? credential.project.id : undefined,
  ];
  return new Set([...named, ...owners].flatMap((value) => (value ? [value.toLowerCase()] : [])));
}

function pathPart({ params }: FastifyRequest, name: string): string {
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Reflect.get(params, name);
  return typeof value === 'string' ? value : '';
}

/** Query names are read in any casing (section 4, "Case"); the first of several counts. */
function queryMember(request: FastifyRequest, name: string): string | undefined {
  const [, query = ''] = request.url.split('?', 2);
  for (const [key, value] of new URLSearchParams(query)) {
    if (key.toLowerCase() === name.toLowerCase()) return value === '' ? undefined : value;
  }
  return undefined;
}
