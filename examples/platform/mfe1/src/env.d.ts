/** Baked in by the build. */
interface ImportMeta {
  readonly env: { readonly SLUICE_VERSION: string };
}
declare const __APP_DEFECT__: string;

declare module '*.module.css';
