import type { Store } from '../store/store.ts';
import type { SpanRecorder } from './spans.ts';

/** A store whose commands are recorded as spans. Keys and values are not. */
export function watchedStore(store: Store, spans: SpanRecorder): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => spans.watched(`store ${String(name)}`, Reflect.apply(member, target, args));
    },
  });
}
