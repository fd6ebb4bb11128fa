import 'graphiql/style.css';
import './style.css';
import './workers.ts';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.ts';
import { fetcher } from './fetcher.ts';
import { HeadersFollow } from './headersFollow.ts';
import { memoryStorage } from './memoryStorage.ts';
import { WrappedLines } from './wrappedLines.ts';

const logo = createElement(
  GraphiQL.Logo,
  null,
  createElement('h1', null, 'geai-graph'),
  createElement('a', { href: '/sandbox' }, 'Apollo Sandbox'),
  createElement(HeadersFollow),
  createElement(WrappedLines),
);

/** True on a screen that is too narrow for panes side by side; `style.css` has the same width. */
const isNarrow = matchMedia('(max-width: 700px)').matches;

const root = document.getElementById('explorer');
if (root) {
  const settings = {
    fetcher,
    defaultTabs: examples,
    defaultEditorToolsVisibility: 'headers' as const,
    ...(isNarrow ? {} : { visiblePlugin: 'Documentation Explorer' }),
    inputValueDeprecation: true,
    schemaDescription: true,
    // Headers hold tokens, and answers may hold secrets: nothing of either outlives the page.
    storage: memoryStorage(),
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
  };
  createRoot(root).render(createElement(GraphiQL, settings, logo));
}
