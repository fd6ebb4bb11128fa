import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from '../config.ts';
import { PlatformError } from '../platform/client/errors.ts';
import { redactTokens } from '../values/secret.ts';
import { oneLine } from './jsonLine.ts';
import { LogOutput } from './logOutput.ts';

/**
 * Log of one JSON object a line, on standard output by default. Secrets print as `[redacted]`, and every finished line
 * is searched once more for tokens. The batch is written when the process exits; only a killed process loses it.
 */
export function createLogger(level: LogLevel, destination: DestinationStream = standardOutput()): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: serializeError },
    hooks: { streamWrite: (line: string) => oneLine(redactTokens(line)) },
  };
  return pino(options, destination);
}

export function standardOutput(): LogOutput {
  const output = new LogOutput(process.stdout);
  process.once('exit', () => output.flushNow());
  return output;
}

function serializeError(error: Error): object {
  if (!(error instanceof PlatformError)) return stdSerializers.err(error);
  const { kind, route, origin } = error;
  const cause = origin.cause instanceof Error ? origin.cause.message : undefined;
  return { type: error.name, kind, route, status: origin.status, platformId: origin.platformId, cause };
}
