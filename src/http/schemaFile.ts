import type { FastifyInstance } from 'fastify';

/** The schema as callers see it, for code generators and editors. Printed when it is asked for first. */
export function addSchemaFile(app: FastifyInstance, print: () => string): void {
  let text: string | undefined;
  app.get('/schema.graphql', async (_request, reply) => {
    text ??= print();
    return reply.type('application/graphql; charset=utf-8').send(text);
  });
}
