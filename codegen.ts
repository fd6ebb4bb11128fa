import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of the server: what resolvers take and give. A mapper names the record behind each GraphQL type. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        avoidOptionals: { defaultValue: true },
        maybeValue: 'T | null',
        inputMaybeValue: 'T | null | undefined',
        contextType: '../context.ts#RequestContext',
        scalars: { ID: 'string', DateTime: 'string', Decimal: '../decimal.ts#Decimal' },
        mappers: {
          Organization: '../../resolvers/models.ts#OrganizationModel',
          Project: '../platform/projects.ts#ProjectRecord',
          ApiToken: '../../resolvers/models.ts#ApiTokenModel',
          Assistant: '../../resolvers/models.ts#AssistantModel',
          AssistantRevision: '../platform/assistants.ts#AssistantRevisionRecord',
          ProjectRequest: '../../resolvers/models.ts#ProjectRequestModel',
          UsageLimit: '../platform/usageLimits.ts#UsageLimitRecord',
          TokenFindingEvidence: '../findings/finding.ts#Evidence',
          TokenFinding: '../../resolvers/models.ts#TokenFindingModel',
          Viewer: '../../resolvers/models.ts#ViewerModel',
          ViewerCredential: '../credentials/credentials.ts#Identified',
          CreateApiTokenPayload: '../tokens/create.ts#CreationOutcome',
          BlockApiTokenPayload: '../tokens/change.ts#ChangeOutcome',
          UnblockApiTokenPayload: '../tokens/change.ts#ChangeOutcome',
          RevokeApiTokenPayload: '../tokens/change.ts#ChangeOutcome',
          RotateApiTokenPayload: '../tokens/rotate.ts#RotationOutcome',
          CreateProjectPayload: '../projects/create.ts#ProjectCreationOutcome',
          IssuedApiToken: '../projects/create.ts#IssuedToken',
          UpdateApiTokenPayload: '../tokens/change.ts#ChangeOutcome',
          BlockApiTokensPayload: '../incident/run.ts#BulkResult',
          UnblockApiTokensPayload: '../incident/run.ts#BulkResult',
          BulkApiTokenProject: '../incident/report.ts#ProjectReport',
          BulkApiTokenResult: '../incident/survey.ts#BulkToken',
        },
      },
    },
  },
};

export default config;
