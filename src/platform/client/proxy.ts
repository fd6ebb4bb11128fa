import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { ProxySettings } from '../../config/proxy.ts';

/** Calls through the company's proxy, or past it where `except` says so. Reads no variable of the environment itself. */
export function proxyAgent(
  { http, https, except }: ProxySettings,
  options: object,
  connectTimeout: number,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    connect: { timeout: connectTimeout },
    connectTimeout,
    // Without the empty text, one scheme would take the variable, or the proxy of the other.
    httpProxy: http?.reveal() ?? '',
    httpsProxy: https?.reveal() ?? '',
    noProxy: except,
  });
}
