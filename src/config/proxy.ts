import type { Secret } from '../values/secret.ts';
import type { Reader } from './reader.ts';

/** Forward proxies of the company, by the scheme of what is called. Addresses may hold a password. */
export interface ProxySettings {
  /** Null: no proxy for this scheme. */
  readonly http: Secret | null;
  readonly https: Secret | null;
  /** Hosts that are called without one, separated by commas. */
  readonly except: string;
}

/** Reads the variables that every program reads, in upper or lower case. Null: no proxy is set. */
export function readProxy(read: Reader): ProxySettings | null {
  const [https, http] = [read.proxyUrl('HTTPS_PROXY'), read.proxyUrl('HTTP_PROXY')];
  const except = read.text('NO_PROXY') ?? read.text('no_proxy') ?? '';
  return http || https ? { http, https, except } : null;
}
