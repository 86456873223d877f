import { createHash } from 'node:crypto';
import type { UserConfig } from 'vite';

type Modules = Exclude<NonNullable<NonNullable<UserConfig['css']>['modules']>, false>;

/**
 * Class names of CSS modules after the app and the stylesheet's content: no other app, and no other version of this one,
 * shares a class. Nothing where the configuration names them itself.
 */
export function classNames(app: string, { css }: UserConfig): Modules {
  if (css?.modules === false || css?.modules?.generateScopedName !== undefined) return {};
  return {
    generateScopedName: (name, _file, text) =>
      `${app}-${name}-${createHash('sha256').update(text).digest('hex').slice(0, 6)}`,
  };
}
