import manifest from '../../package.json' with { type: 'json' };

/** Version of the facade. */
export const VERSION: string = manifest.version;
