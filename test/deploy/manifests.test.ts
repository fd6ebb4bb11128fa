import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { describe, expect, test } from 'vitest';
import { loadConfig, settingNames } from '../../src/config.ts';
import { closeLimitMs } from '../../src/server.ts';
import { VERSION } from '../../src/values/version.ts';
import { readPage } from '../docs/pages.ts';
import { composed, deployment, kustomization, manifests, SETTINGS, yamlOf } from './files.ts';

const KINDS = { Deployment, NetworkPolicy, PodDisruptionBudget, Service };
const { spec } = deployment;
const pod = spec.template.spec;
const [container] = pod.containers;

test('every manifest is of its kind by the schemas of Kubernetes, and kustomize names it', () => {
  for (const { path, manifest } of manifests) {
    const Kind = KINDS[manifest.kind as keyof typeof KINDS];
    expect(() => new Kind(manifest).validate(), path).not.toThrow();
  }
  expect(manifests.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([...kustomization.resources].sort());
});

test('the schemas refuse what Kubernetes would', () => {
  const wrong = structuredClone(yamlOf('deploy/kubernetes/deployment.yaml'));
  wrong.spec.replicas = 'three';

  expect(() => new Deployment(wrong).validate()).toThrow(/replicas/);
});

describe.each(Object.entries(SETTINGS))('settings of %s', (_way, settings) => {
  test('are all settings of ours, and no secret but a file of it', () => {
    const { all, secret } = settingNames();
    // The Redis of compose has no password.
    const inline = Object.keys(settings).filter((name) => secret.has(name) && settings[name] !== 'redis://redis:6379');

    expect(Object.keys(settings).filter((name) => !all.has(name))).toEqual([]);
    expect(inline).toEqual([]);
  });

  test('start the facade once their secrets are there', () => {
    const others = Object.entries(settings).filter(([name]) => !name.endsWith('_FILE') && name !== 'GEAI_BASE_URL');
    const secrets = { GEAI_BASE_URL: 'https://platform.test', ID_SECRET: 'x'.repeat(32) };

    expect(() => loadConfig({ ...Object.fromEntries(others), ...secrets })).not.toThrow();
  });
});

test('each secret that Kubernetes needs is a key that the page names, in a mounted read-only folder', () => {
  const [mount] = container.volumeMounts;
  const files = Object.entries(SETTINGS.kubernetes).filter(([name]) => name.endsWith('_FILE'));

  expect(mount.readOnly).toBe(true);
  for (const [, path] of files) {
    expect(path.startsWith(`${mount.mountPath}/`)).toBe(true);
    expect(readPage('deploy/README.md')).toContain(`--from-file=${path.split('/').at(-1)}`);
  }
  expect(pod.volumes).toEqual([expect.objectContaining({ name: mount.name, secret: expect.anything() })]);
});

test('probes use the port of health, and HAProxy asks for readiness', () => {
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];

  expect(probes.map(({ httpGet }) => httpGet.port)).toEqual(Array(3).fill('health'));
  expect(readPage('deploy/haproxy/haproxy.cfg')).toContain('uri /health/ready');
});

test('selectors, labels, names of ports and the version agree', () => {
  const labels = spec.template.metadata.labels;
  const of = (kind: string) => manifests.find(({ manifest }) => manifest.kind === kind)!.manifest.spec;

  expect(spec.selector.matchLabels).toEqual(labels);
  expect(of('Service').selector).toEqual(labels);
  expect(of('PodDisruptionBudget').selector.matchLabels).toEqual(labels);
  expect(of('PodDisruptionBudget').minAvailable).toBeLessThan(spec.replicas);
  expect(of('NetworkPolicy').podSelector.matchLabels).toEqual(labels);
  for (const { labelSelector } of pod.topologySpreadConstraints) expect(labelSelector.matchLabels).toEqual(labels);
  expect(of('Service').ports[0].targetPort).toBe(container.ports[0].name);
  expect(kustomization.images[0].name).toBe(container.image);
  expect(kustomization.images[0].newTag).toBe(VERSION);
});

test('nothing runs as root, writes to its own files or can gain rights', () => {
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(composed).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
});

test('a stop has the time that it may take', () => {
  const graceMs = {
    kubernetes: pod.terminationGracePeriodSeconds * 1_000,
    compose: Number.parseInt(composed.stop_grace_period, 10) * 1_000,
  };
  for (const [way, grace] of Object.entries(graceMs)) {
    const { SHUTDOWN_DELAY_MS = '0' } = SETTINGS[way as keyof typeof SETTINGS];
    const config = loadConfig({ GEAI_BASE_URL: 'https://platform.test', ID_SECRET: 'x'.repeat(32), SHUTDOWN_DELAY_MS });

    expect(grace, way).toBeGreaterThan(closeLimitMs(config));
  }
  expect(Number(SETTINGS.kubernetes.SHUTDOWN_DELAY_MS)).toBeGreaterThanOrEqual(
    3 * 1_000 * container.readinessProbe.periodSeconds,
  );
});
