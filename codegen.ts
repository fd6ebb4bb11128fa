import type { CodegenConfig } from '@graphql-codegen/cli';
import { print } from 'graphql';
import { readContract } from './src/graphql/sdl/contract.ts';

/** Types of the server: what resolvers take and give. A mapper names the record behind each GraphQL type. */
const config: CodegenConfig = {
  schema: print(readContract()),
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
        contextType: '../request/context.ts#RequestContext',
        scalars: { ID: 'string', DateTime: 'string', Decimal: '../values/decimal.ts#Decimal' },
        mappers: {
          Organization: '../../resolvers/models.ts#OrganizationModel',
          Project: '../../resolvers/models.ts#ProjectModel',
          ApiToken: '../../resolvers/models.ts#ApiTokenModel',
          Assistant: '../../resolvers/models.ts#AssistantModel',
          AssistantRevision: '../platform/resources/assistants.ts#AssistantRevisionRecord',
          ProjectInvitation: '../members/invite.ts#Invitation',
          ProjectMembership: '../platform/resources/members.ts#ProjectMembershipRecord',
          ProjectRequest: '../../resolvers/models.ts#ProjectRequestModel',
          UsageGroup: '../usage/groups.ts#UsageOfGroup',
          UsageLimit: '../platform/resources/usageLimits.ts#UsageLimitRecord',
          AnalyticsFigures: '../../resolvers/models.ts#AnalyticsModel',
          AnalyticsUsersOfProject: '../../resolvers/models.ts#AnalyticsUsersOfProjectModel',
          AnalyticsUsageOfProject: '../../resolvers/models.ts#AnalyticsUsageOfProjectModel',
          LlmProvider: '../platform/resources/llm.ts#LlmProviderRecord',
          TokenFindingEvidence: '../findings/finding.ts#Evidence',
          TokenFinding: '../../resolvers/models.ts#TokenFindingModel',
          ApiTokenIdentification: '../apiTokens/identify.ts#Identification',
          UnreadableProject: '../loaders/projectScan.ts#UnreadProject',
          Viewer: '../../resolvers/models.ts#ViewerModel',
          ViewerCredential: '../credentials/credentials.ts#IntrospectedToken',
          CreateApiTokenPayload: '../apiTokens/create.ts#CreationOutcome',
          BlockApiTokenPayload: '../apiTokens/change.ts#ChangeOutcome',
          UnblockApiTokenPayload: '../apiTokens/change.ts#ChangeOutcome',
          RevokeApiTokenPayload: '../apiTokens/change.ts#ChangeOutcome',
          RotateApiTokenPayload: '../apiTokens/rotate.ts#RotationOutcome',
          CreateProjectPayload: '../projects/create.ts#ProjectCreationOutcome',
          IssuedApiToken: '../projects/create.ts#IssuedToken',
          UpdateApiTokenPayload: '../apiTokens/change.ts#ChangeOutcome',
          BlockApiTokensPayload: '../apiTokens/bulk/run.ts#BulkResult',
          UnblockApiTokensPayload: '../apiTokens/bulk/run.ts#BulkResult',
          BulkApiTokenProject: '../apiTokens/bulk/report.ts#ProjectReport',
          BulkApiTokenResult: '../apiTokens/bulk/token.ts#BulkToken',
        },
      },
    },
  },
};

export default config;
