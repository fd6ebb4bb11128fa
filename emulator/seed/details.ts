import type { LimitBook } from '../limitBook.ts';
import type { Assistant, LabChange, ProjectDetails, SearchProfile } from '../model.ts';
import type { Person } from '../people.ts';
import { RequestLog } from '../requestLog.ts';
import { Roster } from '../roster.ts';
import type { Token } from '../token.ts';
import type { SeededPlace } from '../tokenIds.ts';
import { seedAssistants } from './assistants.ts';
import { seedLabChanges } from './lab.ts';
import { seedProjectLimits } from './limits.ts';
import { seedProjectMembers } from './people.ts';
import { projectIdea } from './projectNames.ts';
import { Random } from './random.ts';
import { type History, seedRequest, usedTokens } from './requests.ts';
import type { SeedSettings } from './seedSettings.ts';
import { seedTokens } from './tokens.ts';
import { TOPICS, type Topic } from './topics.ts';

/**
 * What is inside one seeded project. Each part depends on nothing but the seed and the place, so that it can be built
 * at any time, in any order and more than once, and comes out the same.
 */
export class SeededDetails implements ProjectDetails {
  readonly #settings: SeedSettings;
  readonly #place: SeededPlace;
  readonly #people: readonly Person[];
  #tokens: Token[] | undefined;
  #assistants: Assistant[] | undefined;
  #searchProfiles: SearchProfile[] | undefined;
  #limits: LimitBook | undefined;
  #requests: RequestLog | undefined;
  #roster: Roster | undefined;

  /** `people` are those of the organization. */
  constructor(settings: SeedSettings, place: SeededPlace, people: readonly Person[]) {
    this.#settings = settings;
    this.#place = place;
    this.#people = people;
  }

  get tokens(): Token[] {
    this.#tokens ??= this.#freshTokens();
    return this.#tokens;
  }

  get assistants(): Assistant[] {
    this.#assistants ??= seedAssistants(this.#random('assistants'), this.#topic(), this.#settings.epoch);
    return this.#assistants;
  }

  get searchProfiles(): SearchProfile[] {
    this.#searchProfiles ??= seedProfiles(this.#random('profiles'), this.#topic());
    return this.#searchProfiles;
  }

  get limits(): LimitBook {
    this.#limits ??= seedProjectLimits(this.#random('limits'), this.#place.project, this.#settings.epoch);
    return this.#limits;
  }

  get flows(): LabChange[] {
    return seedLabChanges(this.#random('flows'), this.#settings.epoch);
  }

  get processes(): LabChange[] {
    return seedLabChanges(this.#random('processes'), this.#settings.epoch);
  }

  get requests(): RequestLog {
    this.#requests ??= this.#freshRequests();
    return this.#requests;
  }

  get roster(): Roster {
    this.#roster ??= new Roster(seedProjectMembers(this.#random('members'), this.#place, this.#people));
    return this.#roster;
  }

  #freshRequests(): RequestLog {
    const random = this.#random('requests');
    const few = random.integer(6, 24);
    const history: History = {
      epoch: this.#settings.epoch,
      count: this.#settings.requestsPerProject ?? few,
      topic: this.#topic(),
      tokens: usedTokens(random, this.tokens),
      assistants: this.assistants,
    };
    const { organization, project } = this.#place;
    return new RequestLog(history.count, (index) =>
      seedRequest(new Random(this.#settings.seed, 'request', organization, project, index), history, index),
    );
  }

  #freshTokens(): Token[] {
    return seedTokens(this.#random('tokens'), this.#place, this.#settings);
  }

  #topic(): Topic {
    return TOPICS[projectIdea(this.#place.organization, this.#place.project).topic];
  }

  #random(part: string): Random {
    return new Random(this.#settings.seed, part, this.#place.organization, this.#place.project);
  }
}

function seedProfiles(random: Random, topic: Topic): SearchProfile[] {
  const profiles = random.sample(topic.profiles, random.integer(1, 2));
  const own = profiles.map(([name, description]) => ({ name, description }));
  return [{ name: 'Default', description: 'Default profile' }, ...own];
}
