import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  publishVersion,
  readBootScript,
  readVersionManifest,
  verifyVersion
} from "./chunk-TQTIRNWS.mjs";
import "./chunk-OT6TI2CT.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";
export {
  publishVersion,
  readBootScript,
  readVersionManifest,
  verifyVersion
};
