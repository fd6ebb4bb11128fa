import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryFile } from './temporary.ts';

/** A certificate for `localhost`, signed by an authority that nobody knows. */
export interface Certificates {
  /** PEM file of the authority. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

const EXTENSIONS = 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n';

/** Makes both with the `openssl` on the PATH. They go with the test. */
export function makeCertificates(): Certificates {
  const authority = temporaryFile('ca.pem');
  const cwd = dirname(authority);
  writeFileSync(`${cwd}/extensions`, EXTENSIONS);
  const openssl = (command: string) => execFileSync('openssl', command.split(' '), { cwd, stdio: 'ignore' });
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  openssl(`req -x509 ${newKey} -keyout ca.key -out ca.pem -days 1 -subj /CN=Test-authority`);
  openssl(`req ${newKey} -keyout key.pem -out request.pem -subj /CN=localhost`);
  openssl('x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days 1 -extfile extensions -out cert.pem');
  return { authority, cert: readFileSync(`${cwd}/cert.pem`, 'utf8'), key: readFileSync(`${cwd}/key.pem`, 'utf8') };
}
