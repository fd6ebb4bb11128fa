import type { Assistant, ExportedRequest, ProjectDetails, SearchProfile, Token } from '../model.ts';
import type { SeededPlace } from '../tokenIds.ts';
import { seedAssistants } from './assistants.ts';
import { projectIdea } from './projectNames.ts';
import { Random } from './random.ts';
import { seedRequests } from './requests.ts';
import { seedTokens } from './tokens.ts';
import { TOPICS, type Topic } from './topics.ts';

/**
 * What is inside one seeded project. Each part depends on nothing but the seed and the place, so that it can be built
 * at any time, in any order and more than once, and comes out the same.
 */
export class SeededDetails implements ProjectDetails {
  readonly #seed: number;
  readonly #place: SeededPlace;
  #tokens: Token[] | undefined;
  #assistants: Assistant[] | undefined;
  #searchProfiles: SearchProfile[] | undefined;
  #requests: ExportedRequest[] | undefined;

  constructor(seed: number, place: SeededPlace) {
    this.#seed = seed;
    this.#place = place;
  }

  get tokens(): Token[] {
    this.#tokens ??= this.#freshTokens();
    return this.#tokens;
  }

  get assistants(): Assistant[] {
    this.#assistants ??= seedAssistants(this.#random('assistants'), this.#topic());
    return this.#assistants;
  }

  get searchProfiles(): SearchProfile[] {
    this.#searchProfiles ??= seedProfiles(this.#random('profiles'), this.#topic());
    return this.#searchProfiles;
  }

  /** Made by the tokens as seeded, whatever happened to them since. */
  get requests(): ExportedRequest[] {
    this.#requests ??= seedRequests(this.#random('requests'), this.#topic(), {
      tokens: this.#freshTokens(),
      assistants: this.assistants,
    });
    return this.#requests;
  }

  #freshTokens(): Token[] {
    return seedTokens(this.#random('tokens'), this.#place);
  }

  #topic(): Topic {
    return TOPICS[projectIdea(this.#place.organization, this.#place.project).topic];
  }

  #random(part: string): Random {
    return new Random(this.#seed, part, this.#place.organization, this.#place.project);
  }
}

function seedProfiles(random: Random, topic: Topic): SearchProfile[] {
  const profiles = random.sample(topic.profiles, random.integer(1, 2));
  const own = profiles.map(([name, description]) => ({ name, description }));
  return [{ name: 'Default', description: 'Default profile' }, ...own];
}
