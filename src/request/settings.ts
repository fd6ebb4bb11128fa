import type { Config } from '../config.ts';

/** Settings that the work for a request depends on. */
export type RequestSettings = Pick<
  Config,
  | 'borrowProjectTokens'
  | 'exposeRequestContent'
  | 'requireReason'
  | 'upstreamDeadlineMs'
  | 'upstreamTimeoutMs'
  | 'verifyTimeoutMs'
>;
