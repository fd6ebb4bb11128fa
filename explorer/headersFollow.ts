import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';

/** Copies headers to a tab without any, in sight, so that a token is typed once. Renders nothing. */
export function HeadersFollow(): null {
  const { tabs, activeTabIndex, headerEditor } = useGraphiQL(pick('tabs', 'activeTabIndex', 'headerEditor'));
  const { updateActiveTabValues } = useGraphiQLActions();
  const id = tabs[activeTabIndex]?.id;
  const headers = tabs[activeTabIndex]?.headers?.trim() ?? '';
  const shown = useRef({ id, headers });

  useEffect(() => {
    // GraphiQL tells the tab after a pause, which a quick user does not make. Opening a tab flushes.
    const listener = headerEditor?.onDidChangeModelContent(({ isFlush }) => {
      if (!isFlush) updateActiveTabValues({ headers: headerEditor.getValue() });
    });
    return () => listener?.dispose();
  }, [headerEditor, updateActiveTabValues]);

  useEffect(() => {
    const left = shown.current;
    shown.current = { id, headers };
    if (!headerEditor || left.id === id || headers || !left.headers) return;
    headerEditor.setValue(left.headers);
    updateActiveTabValues({ headers: left.headers });
  }, [id, headers, headerEditor, updateActiveTabValues]);
  return null;
}
