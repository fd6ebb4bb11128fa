import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAMING = [
  'package.json',
  'package-lock.json',
  'Dockerfile',
  'CHANGELOG.md',
  'deploy/kubernetes/kustomization.yaml',
];

/** A repository with the files of a release, and how to run a command in it. */
function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'geai-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of [...NAMING, 'tools/release/version.ts']) cpSync(join(ROOT, name), join(folder, name));
  const env = {
    ...{ PATH: `${dirname(process.execPath)}:${process.env.PATH}`, npm_config_cache: join(folder, '.git', 'npm') },
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.com' },
    ...{ GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.com' },
  };
  const run = (command: string, ...words: string[]) =>
    execFileSync(command, words, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('git', 'init', '--quiet');
  run('git', 'add', '.');
  run('git', 'commit', '--quiet', '--message', 'Before');
  return { folder, run, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
}

test('a release names its version in every file, in one commit with a tag', () => {
  const { run, read } = repository();

  run('npm', 'version', '7.8.9');

  for (const name of NAMING) expect(read(name), name).toContain('7.8.9');
  expect(read('CHANGELOG.md')).toMatch(/^## Next\n\n## 7\.8\.9\n\n\S/m);
  expect(run('git', 'status', '--porcelain')).toBe('');
  expect(run('git', 'tag', '--points-at', 'HEAD').trim()).toBe('v7.8.9');
  expect(run('git', 'log', '--format=%s').trim().split('\n')).toEqual(['7.8.9', 'Before']);
});

test('a release without changes in the list is refused, and nothing is written', () => {
  const { folder, run, read } = repository();
  const emptied = read('CHANGELOG.md').replace(/^## Next\n[\s\S]*?(?=^## \d)/m, '## Next\n\n');
  writeFileSync(join(folder, 'CHANGELOG.md'), emptied);
  run('git', 'commit', '--quiet', '--all', '--message', 'Emptied');

  expect(() => run('npm', 'version', '7.8.9')).toThrow('CHANGELOG.md has no changes under "Next".');
  expect(run('git', 'status', '--porcelain')).toBe('');
});
