import type { ServerResponse } from 'node:http';
import { RequestOrigin } from '../observability/trace.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { AnswerTags } from './answerTags.ts';
import { type Observed, reportAttempt } from './attemptReport.ts';
import { cancelWhenOver } from './departure.ts';
import type { Admission } from './gate/admission.ts';
import type { Services } from './services.ts';

interface Asking extends Observed {
  readonly requestId: string;
  readonly admission: Admission;
  readonly tags: AnswerTags | null;
}

/** Opens the session of a request. Reads end with the answer. */
export function openSession(services: Services, request: Asking, answer: ServerResponse): PlatformSession {
  const { requestId, trace, admission, tags } = request;
  const session = services.platform.session(
    (attempt) => {
      admission.countCall();
      reportAttempt(attempt, services, request);
    },
    new RequestOrigin(requestId, trace),
    admission,
    tags?.dependencies,
  );
  cancelWhenOver(answer, session);
  return session;
}
