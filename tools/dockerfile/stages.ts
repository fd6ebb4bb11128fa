import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileError, type Instruction } from './dockerfile.ts';
import { parseDockerignore } from './dockerignore.ts';

const run = promisify(execFile);

/** A stage after its last instruction: a folder that stands for the image's root, and how the image runs. */
export interface Stage {
  readonly root: string;
  workdir: string;
  user: string;
  port: number | null;
  env: Record<string, string>;
  labels: Record<string, string>;
  healthcheck: readonly string[];
  command: readonly string[];
}

export interface BuildOptions {
  /** The checkout. */
  readonly context: string;
  /** Empty folder for the stages. */
  readonly folder: string;
  /** Environment of `RUN`: what the base image and the network of this machine give. */
  readonly env: Readonly<Record<string, string>>;
  /** Told of each `RUN` before it starts. */
  readonly report: (command: string) => void;
  /** Ends a `RUN` under way. */
  readonly stopping: AbortSignal;
}

/** Performs the instructions in fresh folders, one per stage. Answers with the last stage. */
export async function buildStages(instructions: readonly Instruction[], options: BuildOptions): Promise<Stage> {
  const context = await copyContext(options.context, join(options.folder, 'context'));
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      requireNode(instruction.image);
      stage = freshStage(join(options.folder, `stage-${stages.size}`));
      stages.set(instruction.stage ?? `${stages.size}`, stage);
    } else if (stage) {
      await perform(instruction, stage, { ...options, context, stages });
    } else {
      throw new DockerfileError(`${instruction.name} stands before the first FROM`);
    }
  }
  if (!stage) throw new DockerfileError('there is no FROM');
  return stage;
}

/** What a fresh clone would hold: the files that git knows, as they are now, less what .dockerignore leaves out. */
async function copyContext(checkout: string, folder: string): Promise<string> {
  const ignoreFile = join(checkout, '.dockerignore');
  const isLeftOut = existsSync(ignoreFile) ? parseDockerignore(readFileSync(ignoreFile, 'utf8')) : () => false;
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: checkout, maxBuffer: 64 * 1024 * 1024 });
  for (const path of stdout.split('\0').filter((line) => line !== '' && !isLeftOut(line))) {
    const file = join(checkout, path);
    if (existsSync(file)) cpSync(file, join(folder, path), { recursive: true });
  }
  return folder;
}

function requireNode(image: string): void {
  const [major] = process.versions.node.split('.');
  if (!new RegExp(`^node:${major}(-slim)?$`).test(image)) {
    throw new DockerfileError(`the image ${image} is not node:${major}, which this script runs on`);
  }
}

function freshStage(root: string): Stage {
  mkdirSync(root, { recursive: true });
  return { root, workdir: '/', user: 'root', port: null, env: {}, labels: {}, healthcheck: [], command: [] };
}

interface Surroundings extends BuildOptions {
  readonly stages: ReadonlyMap<string, Stage>;
}

async function perform(
  instruction: Exclude<Instruction, { name: 'FROM' }>,
  stage: Stage,
  around: Surroundings,
): Promise<void> {
  switch (instruction.name) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, instruction.path);
      mkdirSync(join(stage.root, stage.workdir), { recursive: true });
      return;
    case 'COPY':
      return copy(instruction, stage, around);
    case 'RUN':
      around.report(instruction.command);
      await run('sh', ['-c', instruction.command], {
        cwd: join(stage.root, stage.workdir),
        env: { ...around.env, ...stage.env },
        signal: around.stopping,
        maxBuffer: 64 * 1024 * 1024,
      });
      return;
    case 'ENV':
      Object.assign(stage.env, instruction.values);
      return;
    case 'LABEL':
      Object.assign(stage.labels, instruction.values);
      return;
    case 'USER':
      stage.user = instruction.user;
      return;
    case 'EXPOSE':
      stage.port = instruction.port;
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = instruction.command;
      return;
    case 'CMD':
      stage.command = instruction.command;
      return;
  }
}

/** As Docker does: a folder's content goes into the target, a file into a target that ends in `/`, and else becomes it. */
function copy(
  { from, sources, target }: Extract<Instruction, { name: 'COPY' }>,
  stage: Stage,
  { context, stages }: Surroundings,
): void {
  const origin = from === null ? context : stages.get(from)?.root;
  if (origin === undefined) throw new DockerfileError(`COPY from an unknown stage: ${from}`);
  const isFolder = /(^|\/)\.?$/.test(target);
  if (sources.length > 1 && !isFolder) throw new DockerfileError(`COPY of several needs a target with "/": ${target}`);
  const destination = join(stage.root, resolve(stage.workdir, target));
  for (const source of sources) {
    const path = join(origin, source);
    if (!existsSync(path)) throw new DockerfileError(`COPY of what is not there: ${source} (is it in git?)`);
    const intoFolder = isFolder && !statSync(path).isDirectory();
    const place = intoFolder ? join(destination, basename(path)) : destination;
    mkdirSync(dirname(place), { recursive: true });
    cpSync(path, place, { recursive: true, verbatimSymlinks: true });
  }
}
