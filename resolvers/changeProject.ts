import type { MutationResolvers } from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import { deleteProject } from '../src/projects/delete.ts';
import { updateProject } from '../src/projects/update.ts';

/** Payloads hold all that their types have. */
export const Mutation: Mutations<Pick<MutationResolvers, 'updateProject' | 'deleteProject'>> = {
  updateProject,
  deleteProject,
};
