/** Baked in by the build. */
declare const __APP_VERSION__: string;
declare const __APP_DEFECT__: string;

declare module '*.module.css';
