import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useRef } from 'react';

/** Copies headers to a tab without any, in sight, so that a token is typed once. Renders nothing. */
export function HeadersFollow(): null {
  const { tabs, activeTabIndex, headerEditor } = useGraphiQL(pick('tabs', 'activeTabIndex', 'headerEditor'));
  const before = useRef(activeTabIndex);
  useEffect(() => {
    const typed = tabs[before.current]?.headers?.trim();
    const isEmpty = !tabs[activeTabIndex]?.headers?.trim();
    if (typed && isEmpty && before.current !== activeTabIndex) headerEditor?.setValue(typed);
    before.current = activeTabIndex;
  }, [activeTabIndex, tabs, headerEditor]);
  return null;
}
