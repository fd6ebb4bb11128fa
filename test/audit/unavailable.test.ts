import { expect, onTestFinished, test } from 'vitest';
import { type AuditLine, routes } from '../support/facade.ts';
import { idOf, startManaged } from '../support/managing.ts';

/** A facade whose audit log does something to lines. */
async function managed(beforeAudit: (line: AuditLine) => void | Promise<void>) {
  const facade = await startManaged({ beforeAudit, env: { AUDIT_TIMEOUT_MS: '100' } });
  onTestFinished(() => facade.close());
  const value = facade.emulator.createToken(facade.projectId, 'Audited');
  const status = () => facade.truth().find(({ id }) => id === value)?.status;
  return { ...facade, status, id: idOf(facade.projectId, value) };
}

const never = () => new Promise<void>(() => undefined);
const isEvent = ({ action }: AuditLine) => action !== undefined;
const fail = () => {
  throw new Error('no space left');
};

const FAILURES: [how: string, fault: () => void | Promise<void>][] = [
  ['fails', fail],
  ['stalls', never],
];

test.each(FAILURES)('a log that %s at the intent lets nothing be sent', async (_how, fault) => {
  const { mutate, upstream, status, id, log } = await managed(fault);

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('AUDIT_UNAVAILABLE');

  expect(status()).toBe('Active');
  expect(upstream()).not.toHaveProperty([routes.updateToken]);
  expect(log()).toContain('audit event not written');
});

test.each(FAILURES)(
  'a log that %s at the event of a change leaves the answer as it is, and says so',
  async (_how, fault) => {
    const { mutate, status, id, log } = await managed((line) => (isEvent(line) ? fault() : undefined));

    const payload = await mutate('blockApiToken', { id });

    expect(payload).toMatchObject({ changed: true, apiToken: { status: 'BLOCKED' } });
    expect(payload.userErrors).toMatchObject([{ code: 'AUDIT_INCOMPLETE' }]);
    expect(status()).toBe('Blocked');
    const [lost] = log()
      .split('\n')
      .filter((line) => line.includes('audit event not written'))
      .map((line) => JSON.parse(line));
    expect(lost.event).toMatchObject({ action: 'blockApiToken', target: id, changed: true, outcome: 'SUCCEEDED' });
  },
);

test.each(FAILURES)('a log that %s refuses the next mutation too, and reads go on', async (_how, fault) => {
  const { mutate, query, token, status, id, log } = await managed(fault);
  const unwritten = () => log().split('audit event not written').length - 1;
  await expect(mutate('blockApiToken', { id })).rejects.toThrow('AUDIT_UNAVAILABLE');

  await expect(mutate('blockApiToken', { id })).rejects.toThrow('AUDIT_UNAVAILABLE');
  const before = unwritten();
  await expect(mutate('blockApiToken', { id: 'nonsense' })).rejects.toThrow('AUDIT_UNAVAILABLE');
  expect(unwritten()).toBe(before + 1);
  const { errors } = await query('{ organization { id } }', { token });

  expect(errors).toBeUndefined();
  expect(status()).toBe('Active');
});
